import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { judgeIncoming, seal } from '@recapito/rfc6109';
import { familyOf } from '../tools/corpus/family.ts';
import { fewLegalMessages } from '../tools/corpus/legal-messages.ts';
import { sending } from '../tools/corpus/providers.ts';
import { submittedMessage } from '../tools/corpus/submitted-message.ts';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { OpensslVerifier } from './openssl.ts';
import { makeTwoProviders, signerOf } from './two-providers.ts';
import type { TwoProviders } from './two-providers.ts';

/** Messages about which there are receipts, and how often ours reads all of the files. */
const sizes = { full: { messages: 12, rounds: 60 }, small: { messages: 1, rounds: 20 } };

/** When they are taken to arrive: after all of them were made. */
const arrival = parseInstant('2016-01-01T12:00:00Z');

export const receipts: Benchmark = {
  name: 'receipts',
  ours: 'receipts, notices and envelopes read from files, verified and parsed per second, one after the other',
  yardstick: 'openssl cms -verify of the same files, in a loop',
  unit: 'messages/s',
  better: 'more',
  mark: 'ratio 20',
  reached: ({ ratio }) => ratio >= 20,
  runs: 5,
  prepare,
};

/** A signed message in a file, with what is known of it beforehand. */
interface Filed {
  readonly file: string;
  readonly reversePath: string;
  readonly messageId: string;
}

async function prepare({ size, says, abort, atEnd }: Occasion): Promise<Contest> {
  const { messages, rounds } = sizes[size];
  const providers = await makeTwoProviders();
  const folder = await mkdtemp(join(tmpdir(), 'recapito-bench-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const filed = await writeFamilies(folder, providers, messages);
  says(`${filed.length} files`);
  const verifier = await OpensslVerifier.trusting(providers, folder);
  return {
    async ours() {
      const begin = performance.now();
      for (let round = 0; round < rounds; round += 1) for (const each of filed) judge(each, providers);
      return (filed.length * rounds * 1_000) / (performance.now() - begin);
    },
    async yardstick() {
      const begin = performance.now();
      await verifier.verify(
        filed.map(({ file }) => file),
        abort,
      );
      return (filed.length * 1_000) / (performance.now() - begin);
    },
  };
}

/** All that there can be about a few messages of the corpus, but for what certifies nothing. */
async function writeFamilies(folder: string, providers: TwoProviders, messages: number): Promise<Filed[]> {
  const filed: Filed[] = [];
  for (const legal of fewLegalMessages().slice(0, messages)) {
    const family = familyOf(legal, await submittedMessage(legal, signerOf(providers, sending)));
    for (const { built, by, expected } of family.filter(({ expected: { tipo } }) => tipo !== null)) {
      const file = join(folder, `${legal.number}-${filed.length}-${expected.kind}.eml`);
      await writeFile(file, await seal(built, signerOf(providers, by)));
      filed.push({ file, reversePath: built.reversePath, messageId: built.messageId });
    }
  }
  return filed;
}

/** @throws Error when it is refused, or found to be another one: a figure of that would mean nothing. */
function judge({ file, reversePath, messageId }: Filed, { known }: TwoProviders): void {
  const bytes = readFileSync(file);
  const judged = judgeIncoming(bytes, reversePath, known, arrival);
  const why = isRefusal(judged) ? judged : judged.kind === 'anomalous' ? judged.why : null;
  const found = why === null && 'messageId' in judged ? judged.messageId : why?.refused;
  if (found !== messageId) throw new Error(`${file} was found to be ${found}`);
}
