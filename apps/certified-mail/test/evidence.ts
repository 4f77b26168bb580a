import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

function evidenceOf(message: Buffer, authority: string): Evidence {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-evidence-'));
  const file = (name: string) => join(folder, name);
  try {
    writeFileSync(file('message.eml'), message);
    const verify = ['cms', '-verify', '-in', file('message.eml'), '-CAfile', authority, '-signer', file('signer.pem')];
    const content = execFileSync('openssl', verify, { stdio: ['ignore', 'pipe', 'ignore'] }).toString('latin1');
    const xml = daticertOf(content);
    writeFileSync(file('daticert.xml'), xml);
    execFileSync('xmllint', ['--nonet', '--noout', '--dtdvalid', dtd, file('daticert.xml')], { stdio: 'pipe' });
    const { subject } = new X509Certificate(readFileSync(file('signer.pem')));
    return {
      signedBy: /^O=(.*)$/m.exec(subject)?.[1] ?? '',
      tipo: valuesOf(xml, 'postacert/@tipo')[0] ?? '',
      errore: valuesOf(xml, 'postacert/@errore')[0] ?? '',
      data: (name) => valuesOf(xml, name),
      field: (name) => fieldOf(message.toString('latin1'), name),
      text: message.toString('latin1'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
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
