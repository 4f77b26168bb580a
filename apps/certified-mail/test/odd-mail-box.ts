import { join } from 'node:path';
import { evidenceOfAll } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { Stage } from './stage.ts';

/** A message that a provider has signed, as it lies in a box. */
export interface Placed {
  readonly box: string;
  /** Without the line that the mail store adds; each octet as one character. */
  readonly text: string;
  readonly evidence: Evidence;
}

/** Every message in these boxes by the certified message of which it speaks; each is believed by openssl and xmllint. */
export async function placedByMessage(stage: Stage, boxes: readonly string[]): Promise<Map<string, Placed[]>> {
  const found = boxes.flatMap((box) => stage.store.messagesOf(box).map((message) => ({ box, message })));
  const evidence = await evidenceOfAll(
    found.map(({ message }) => message),
    join(stage.providers, 'authority.pem'),
  );
  const placed = found.map(({ box, message }, nth): Placed => {
    const believed = evidence[nth];
    if (believed === undefined) throw new Error(`a message in ${box} was not checked`);
    return { box, text: message.toString('latin1', message.indexOf('\r\n') + 2), evidence: believed };
  });
  return Map.groupBy(placed, ({ evidence }) => evidence.data('identificativo')[0] ?? '');
}

/** What an element of daticert.xml says, read as XML; '' where it is missing. */
export function certifiedText(evidence: Evidence, name: string): string {
  return asText(evidence.data(name)[0] ?? '');
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function asText(xml: string): string {
  return xml.replace(/&(#x?)?([0-9a-z]+);/gi, (_, numeric: string | undefined, name: string) =>
    numeric === undefined
      ? (entities[name] ?? '')
      : String.fromCodePoint(Number.parseInt(name, numeric === '#x' ? 16 : 10)),
  );
}

/** The text that a person reads: the first part, in quoted-printable of ISO-8859-1. */
export function readableText({ text }: Placed): string {
  const from = text.indexOf('Content-Type: text/plain');
  const begin = text.indexOf('\r\n\r\n', from) + 4;
  return text
    .slice(begin, text.indexOf('\r\n--', begin))
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Fields that a provider's message has once at most, and those that it takes over from what it encloses. */
const onceAtMost = [
  'Subject',
  'X-Riferimento-Message-ID',
  'Date',
  'Message-ID',
  'Reply-To',
  'To',
  'Cc',
  'X-Trasporto',
  'X-Ricevuta',
  'X-TipoRicevuta',
  'From',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];
const often = ['Received', 'Return-Path'];

/** What nobody may find in the header of a provider's message: lines that are too long or no ASCII, fields it never writes. */
export function faultsOfHeader({ text }: Placed): string[] {
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  const odd = lines.filter((line) => line.length > 998 || !/^[\t -~]+$/.test(line));
  const names = lines.filter((line) => !/^[ \t]/.test(line)).map((line) => line.slice(0, line.indexOf(':')));
  const foreign = names.filter((name) => !onceAtMost.includes(name) && !often.includes(name));
  const repeated = onceAtMost.filter((name) => names.filter((each) => each === name).length > 1);
  return [...odd, ...foreign, ...repeated];
}
