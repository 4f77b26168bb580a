// A service that changes five things, tells them, and is killed at the point that SPEC_KILL names.
import { killAt } from '@recapito/testing';
import { append, pgTransactions, Relay } from '../../src/index.ts';
import { connectionFor, noon, noted, openPool } from '../scene.ts';
import { told } from './told.ts';

const url = told('SPEC_DATABASE_URL');
const kill = killAt(process.env['SPEC_KILL']);
const transaction = pgTransactions(openPool(url));

for (let sequence = 1; sequence <= 5; sequence += 1)
  await transaction(async (tx) => {
    const key = told('SPEC_KEY');
    await append(tx, noted, { key, sequence, time: noon, data: { text: String(sequence), mood: 'good' } });
    if (sequence === 5) await kill('before-commit');
  });
new Relay({ ...connectionFor('migration', told('SPEC_NAMESPACE')), databaseUrl: url, probe: kill }).start();
