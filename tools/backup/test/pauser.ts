// Pauses the process of the pid that is given, and stays so until it is killed.
import { identify } from '@recapito/servers';
import { whilePaused } from '../paused.ts';

const target = identify(Number(process.argv[2]));
if (target === undefined) throw new Error('there is no such process');
await whilePaused([target], async () => {
  console.log('paused');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
