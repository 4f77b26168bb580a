// What `npm run bench` runs: each benchmark on servers of its own, one line of JSON a benchmark on standard output.
import { stopRequest } from '../tools/command-line/stop-request.ts';
import { measure } from './benchmark.ts';
import { benchmarks } from './benchmarks.ts';
import { NotUnderstood, readCommandLine } from './command-line.ts';
import type { Asked } from './command-line.ts';

const [measured, notMeasured, refused] = [0, 1, 2];

function help(): string {
  const lines = benchmarks.map(
    ({ name, ours, yardstick, mark }) => `  ${name}\n      ${ours}\n      beside ${yardstick}\n      mark: ${mark}`,
  );
  return `npm run bench: what the suite does, measured beside a yardstick on the same machine, in the same run, in turns.

  npm run bench                    this list
  npm run bench -- NAME...         these; "all" is every one
  npm run bench -- NAME --small    so little of each that it takes seconds: shows that it works, not how fast

${lines.join('\n')}

Standard output has one line of JSON for each: {"name","ours","yardstick","ratio","unit","runs","spread","machine"}, where
ours and yardstick are medians and more is better in every ratio; what is being done goes to standard error.
Exit codes: 0 all were measured, whether or not a mark was reached; 1 one could not be measured; 2 the command line.
`;
}

async function run({ names, size }: Asked): Promise<number> {
  const stop = stopRequest();
  let outcome = measured;
  for (const benchmark of benchmarks.filter(({ name }) => names.includes(name))) {
    const says = (words: string): void => void process.stderr.write(`${benchmark.name}: ${words}\n`);
    try {
      const line = await measure(benchmark, { size, says, abort: stop.signal });
      process.stdout.write(`${JSON.stringify(line)}\n`);
    } catch (error) {
      if (stop.signal.aborted) return notMeasured;
      says(error instanceof Error ? (error.stack ?? error.message) : String(error));
      outcome = notMeasured;
    }
  }
  return outcome;
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const asked = readCommandLine(
      words,
      benchmarks.map(({ name }) => name),
    );
    if (asked.names.length > 0 && !asked.help) return await run(asked);
    process.stdout.write(help());
    return measured;
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    process.stderr.write(`${error.message}\n\n${help()}`);
    return refused;
  }
}

process.exit(await main(process.argv.slice(2)));
