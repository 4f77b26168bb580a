import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const dtd = new URL('../../../libs/rfc6109/daticert.dtd', import.meta.url).pathname;

/** A message after openssl has believed its signature and xmllint its data. */
export interface Evidence {
  /** The organisation in the certificate that signed. */
  readonly signedBy: string;
  readonly tipo: string;
  readonly errore: string;
  /** The texts of every element of daticert.xml with that name, or the values of `name/@attribute`. */
  data(name: string): string[];
  /** The value of a header field, unfolded. */
  field(name: string): string | null;
  readonly text: string;
}

/** The messages about one certified message, checked by other people's software. @throws when openssl or xmllint says no. */
export function evidenceAbout(identificativo: string, messages: readonly Buffer[], authority: string): Evidence[] {
  return messages
    .filter((message) => daticertOf(message.toString('latin1')).includes(`<identificativo>${identificativo}<`))
    .map((message) => evidenceOf(message, authority));
}

function verify(folder: string, nth: number, authority: string): string[] {
  const file = (suffix: string) => join(folder, `${nth}.${suffix}`);
  return ['cms', '-verify', '-in', file('eml'), '-CAfile', authority, '-signer', file('pem'), '-out', file('txt')];
}

const validate = ['--nonet', '--noout', '--dtdvalid', dtd];

function evidenceOf(message: Buffer, authority: string): Evidence {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-evidence-'));
  try {
    writeFileSync(join(folder, '0.eml'), message);
    execFileSync('openssl', verify(folder, 0, authority), { stdio: 'ignore' });
    const evidence = verified(folder, 0, message);
    execFileSync('xmllint', [...validate, join(folder, '0.xml')], { stdio: 'pipe' });
    return evidence;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same for many messages, four at a time. @throws when openssl or xmllint says no to one of them. */
export async function evidenceOfAll(messages: readonly Buffer[], authority: string): Promise<Evidence[]> {
  const run = promisify(execFile);
  const folder = mkdtempSync(join(tmpdir(), 'recapito-evidence-'));
  const left = messages.map((message, nth) => ({ message, nth }));
  const found: Evidence[] = [];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { message, nth } = next;
      writeFileSync(join(folder, `${nth}.eml`), message);
      await run('openssl', verify(folder, nth, authority));
      found[nth] = verified(folder, nth, message);
    }
  };
  try {
    await Promise.all([work(), work(), work(), work()]);
    if (found.length > 0) await run('xmllint', [...validate, ...found.map((_, nth) => join(folder, `${nth}.xml`))]);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What openssl has written of a message that it believes; its certification data are left for xmllint. */
function verified(folder: string, nth: number, message: Buffer): Evidence {
  const xml = daticertOf(readFileSync(join(folder, `${nth}.txt`), 'latin1'));
  writeFileSync(join(folder, `${nth}.xml`), xml);
  const { subject } = new X509Certificate(readFileSync(join(folder, `${nth}.pem`)));
  return {
    signedBy: /^O=(.*)$/m.exec(subject)?.[1] ?? '',
    tipo: valuesOf(xml, 'postacert/@tipo')[0] ?? '',
    errore: valuesOf(xml, 'postacert/@errore')[0] ?? '',
    data: (name) => valuesOf(xml, name),
    field: (name) => fieldOf(message.toString('latin1'), name),
    text: message.toString('latin1'),
  };
}

function daticertOf(text: string): string {
  const [, base64 = ''] = /filename="daticert\.xml"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text) ?? [];
  return Buffer.from(base64, 'base64').toString('utf8');
}

function valuesOf(xml: string, path: string): string[] {
  const [name = '', attribute] = path.split('/@');
  const pattern = attribute === undefined ? `<${name}[^>]*>([^<]*)</${name}>` : `<${name} [^>]*${attribute}="([^"]*)"`;
  return Array.from(xml.matchAll(new RegExp(pattern, 'g')), ([, value = '']) => value);
}

function fieldOf(message: string, name: string): string | null {
  const header = message.slice(0, message.indexOf('\r\n\r\n')).replace(/\r\n(?=[ \t])/g, '');
  const line = header.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}
