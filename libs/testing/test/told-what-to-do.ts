// A child for child-process.int-spec.ts: says that it stands, then does what it is told by its standard input.
import { createInterface } from 'node:readline';

enum Ending {
  orderly = 7,
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

say(`standing with ${process.argv[2] ?? 'nothing'} in ${process.env['PLACE'] ?? 'nowhere'}`);
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'leave') process.exit(Ending.orderly);
  if (line === 'stumble') process.stderr.write('stumbled\n');
  say(`heard ${line}`);
});
