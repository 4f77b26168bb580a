import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const channels = ['sms', 'email', 'posta', 'sportello'];

/** What came to one person by SMS, e-mail, letter and over the counter: they read their own and nobody else's. */
export function arrivedFor(captured: string, codiceFiscale: string): string[] {
  return channels.flatMap((channel) => {
    const folder = join(captured, channel, codiceFiscale);
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    return files.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
  });
}

/** The two halves of the PIN, put together from the messages that carry them. @throws Error when one has not come. */
export function pinFrom(messages: readonly string[]): string {
  const half = (label: RegExp) => messages.map((text) => label.exec(text)?.[1]).find((found) => found !== undefined);
  const first = half(/Prima metà del PIN: (\S{8})/);
  const second = half(/Seconda metà del PIN: (\S{8})/);
  if (first === undefined || second === undefined) throw new Error('the PIN has not come whole');
  return first + second;
}
