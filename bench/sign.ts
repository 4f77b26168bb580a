import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseInstant } from '@recapito/primitives';
import {
  acceptanceReceipt,
  deliveryReceipt,
  readOriginal,
  seal,
  takingInChargeReceipt,
  transportEnvelope,
  withCertifiedId,
} from '@recapito/rfc6109';
import type { CertifiedMessage, ProviderMessage, Signer } from '@recapito/rfc6109';
import { receiving, sending, serviceMailbox } from '../tools/corpus/providers.ts';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { atOnce } from './lags.ts';
import { OpensslVerifier, rsaSignaturesPerSecond } from './openssl.ts';
import { countProcessorTime } from './processor-time.ts';
import { makeTwoProviders, signerOf } from './two-providers.ts';

const sizes = { full: { messages: 20_000, seconds: 3 }, small: { messages: 400, seconds: 1 } };

/** As many as certified-mail has in hand. */
const inHand = 8;

export const sign: Benchmark = {
  name: 'sign',
  ours: 'S/MIME messages sealed per second on all cores: receipts and envelopes round an original of 5 kB, RSA-2048, SHA-256',
  yardstick: 'RSA-2048 signatures per second of openssl speed -multi, one process a core',
  unit: 'signatures/s',
  better: 'more',
  mark: 'ratio 0.55',
  reached: ({ ratio }) => ratio >= 0.55,
  runs: 5,
  prepare,
};

/** A message with the one who signs it. */
interface Unsealed {
  readonly message: ProviderMessage;
  readonly by: Signer;
}

async function prepare({ size, says, abort, atEnd }: Occasion): Promise<Contest> {
  const { messages, seconds } = sizes[size];
  const providers = await makeTwoProviders();
  const folder = await mkdtemp(join(tmpdir(), 'recapito-bench-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const verifier = await OpensslVerifier.trusting(providers, folder);
  const course = courseOfOneMessage().map(([by, message]) => ({ message, by: signerOf(providers, by) }));
  // The threads that sign are there before the first run.
  await sealed(course, availableParallelism() * 50);
  return {
    async ours() {
      const loop = monitorEventLoopDelay({ resolution: 1 });
      loop.enable();
      const used = countProcessorTime({}, 'sealing');
      const begin = performance.now();
      const last = await sealed(course, messages);
      const elapsed = (performance.now() - begin) / 1_000;
      loop.disable();
      says(`processor time a message: ${used(messages)}`);
      says(`the event loop was late by ${(loop.percentile(99) / 1e6 - 1).toFixed(1)} ms at most in 99 of 100 times`);
      await verifier.verify(await written(folder, last), abort);
      return messages / elapsed;
    },
    yardstick: () => rsaSignaturesPerSecond(seconds, abort),
  };
}

/** Seals one after the other, some at a time. @returns the last of each kind, as they travel */
async function sealed(course: readonly Unsealed[], count: number): Promise<Buffer[]> {
  const last: Buffer[] = [];
  await atOnce(count, inHand, async (nth) => {
    const unsealed = course[nth % course.length];
    if (unsealed !== undefined) last[nth % course.length] = await seal(unsealed.message, unsealed.by);
  });
  return last;
}

async function written(folder: string, messages: readonly Buffer[]): Promise<string[]> {
  const files = messages.map((_, nth) => join(folder, `${nth}.eml`));
  await Promise.all(messages.map((bytes, nth) => writeFile(files[nth] ?? '', bytes)));
  return files;
}

/** What certifies one message on its way to one recipient: two messages of each provider. */
function courseOfOneMessage() {
  const at = parseInstant('2014-07-14T07:30:15Z');
  const message: CertifiedMessage = {
    identificativo: 'pec1.20140714093015.04711@posta.gestore.example',
    msgid: '<istanza@client.example>',
    mittente: 'mario.rossi@postacertificata.example',
    destinatari: [{ indirizzo: 'protocollo@pec.comune.example', tipo: 'certificato' }],
    risposte: 'mario.rossi@postacertificata.example',
    oggetto: 'Istanza di residenza – città',
    ricevuta: 'completa',
  };
  const original = originalOf(message, 5_000);
  const recipient = 'protocollo@pec.comune.example';
  const by = (provider: typeof sending, nth: number) => ({
    provider,
    messageId: `ric.20140714093015.${nth}@${provider.domain}`,
    at,
  });
  return [
    [sending, acceptanceReceipt(message, by(sending, 1))],
    [sending, transportEnvelope(message, { provider: sending, at }, original)],
    [receiving, takingInChargeReceipt(message, by(receiving, 2), { recipients: [recipient], serviceMailbox })],
    [receiving, deliveryReceipt(message, by(receiving, 3), { recipient, form: 'completa', original })],
  ] as const;
}

/** A letter of so many bytes, as its provider keeps it. */
function originalOf({ mittente, msgid, identificativo }: CertifiedMessage, bytes: number): Buffer {
  const header = `From: ${mittente}\r\nTo: protocollo@pec.comune.example\r\nMessage-ID: ${msgid}\r\n\r\n`;
  const line = 'Chiedo la residenza nel comune, dove abito con la famiglia.\r\n';
  const original = readOriginal(Buffer.from(header + line.repeat(Math.ceil((bytes - header.length) / line.length))));
  if (original === null) throw new Error('the letter has no readable header');
  return withCertifiedId(original, identificativo);
}
