// Verifies an exported trace. Stands alone: Node's built-in modules and the files beside this one, nothing else, so
// that whoever doubts us can read it and run it without us.
import { readdir, readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isSignedBy, readCheckpoints, readKey } from './notes.mjs';
import { verifyTrace } from './verify.mjs';
import { helpIn, languageOf, say } from './words.mjs';

const [whole, changed, notATrace] = [0, 1, 2];

/** Why nothing could be verified. */
class Unusable extends Error {
  constructor(fault) {
    super(fault.fault);
    this.fault = fault;
  }
}

const options = {
  key: { type: 'string' },
  'public-key': { type: 'string' },
  since: { type: 'string', multiple: true, default: [] },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

async function run(language) {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(helpIn(language));
    return whole;
  }
  const folder = await traceFolder(positionals);
  const key = await keyFor(folder, values);
  const { checkpoint, ended, faults } = await verifyTrace(folder, key, await earlierCheckpoints(values.since, key));
  const about = checkpoint && {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
  };
  const logs = ended.map((head) => ({ ...head, root: head.root.toString('base64') }));
  if (values.json)
    process.stdout.write(`${JSON.stringify({ whole: faults.length === 0, checkpoint: about, ended: logs, faults })}\n`);
  else tell(language, about, [...faults, ...logs.map((head) => ({ fault: 'log-ended', ...head }))], faults.length);
  return faults.length === 0 ? whole : changed;
}

function tell(language, about, findings, faults) {
  const lines = [faults === 0 ? { fault: 'whole', ...about } : { fault: 'changed' }, ...findings];
  for (const line of lines) process.stdout.write(`${say(language, line)}\n`);
}

function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Unusable({ fault: 'bad-arguments', problem: error.message });
  }
}

/** A folder in which at least one of the three things that make a trace can be seen. */
async function traceFolder(positionals) {
  if (positionals.length !== 1) throw new Unusable({ fault: 'bad-arguments', problem: 'DIR' });
  const folder = resolve(positionals[0]);
  const names = await readdir(folder).catch(() => []);
  if (!names.some((name) => ['checkpoint', 'entries', 'tile'].includes(name)))
    throw new Unusable({ fault: 'not-a-trace', folder });
  return folder;
}

/** The key is never looked for inside the trace: whoever changes one could change the other. */
async function keyFor(folder, values) {
  if (values['public-key'] !== undefined) {
    const key = readKey(values['public-key'].trim());
    if (key === null) throw new Unusable({ fault: 'bad-key', file: '--public-key' });
    return key;
  }
  const file = resolve(values.key ?? `${folder}.pub`);
  if (!relative(folder, file).startsWith('..')) throw new Unusable({ fault: 'key-inside', file });
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new Unusable({ fault: 'no-key', file });
  const key = readKey(text.trim());
  if (key === null) throw new Unusable({ fault: 'bad-key', file });
  return key;
}

async function earlierCheckpoints(files, key) {
  const found = [];
  for (const file of files) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    const checkpoints = readCheckpoints(bytes);
    if (!checkpoints?.every((checkpoint) => isSignedBy(checkpoint, key)))
      throw new Unusable({ fault: 'bad-since', file });
    found.push(...checkpoints.map((checkpoint) => ({ ...checkpoint, file })));
  }
  return found;
}

const language = languageOf(process.env);
try {
  process.exitCode = await run(language);
} catch (error) {
  const fault = error instanceof Unusable ? error.fault : { fault: 'unreadable', problem: error.message };
  process.stderr.write(`${say(language, fault)}\n`);
  process.exitCode = notATrace;
}
