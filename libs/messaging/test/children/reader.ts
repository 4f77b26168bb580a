// A service that reads facts and is killed at the point that SPEC_KILL names, or when the spec likes.
import { killAt } from '@recapito/testing';
import { pgTransactions } from '../../src/index.ts';
import { startReader } from '../reader.ts';
import { connectionFor, openPool } from '../scene.ts';
import { told } from './told.ts';

await startReader(
  connectionFor('mailbox', told('SPEC_NAMESPACE')),
  pgTransactions(openPool(told('SPEC_DATABASE_URL'))),
  { probe: killAt(process.env['SPEC_KILL']) },
);
process.stdout.write('reading\n');
