import { afterAll, beforeAll } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { healthSuite } from '@recapito/testing/suites';
import { Stage } from './parcels/service.ts';

const stage = new Stage();

beforeAll(() => stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z'))));

afterAll(() => stage.end());

healthSuite('parcels', () => stage.started());
