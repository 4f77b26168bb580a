import type { RunningService } from '@recapito/platform';
import { comune } from '../../../e2e/odd-mail/odd-submission.ts';
import type { OddSubmission } from '../../../e2e/odd-mail/odd-submission.ts';
import { authPlain, Dialog, doorsOf } from './mail-client.ts';

/** The reply that decided about a message, and to which command it came. */
export interface Deciding {
  readonly command: 'MAIL' | 'RCPT' | 'DATA';
  readonly reply: string;
}

/** Sends messages one after the other over one connection of one holder, octet by octet as they are. */
export async function sendAll(
  service: RunningService,
  user: string,
  messages: readonly OddSubmission[],
): Promise<Deciding[]> {
  const dialog = await Dialog.open(doorsOf(service).smtps, true);
  for (const line of ['EHLO cliente.example', authPlain(user)]) await dialog.say(line);
  const decided: Deciding[] = [];
  for (const message of messages) decided.push(await send(dialog, user, message));
  dialog.vanish();
  return decided;
}

/** The first command that is refused decides; else the reply to the end of DATA. */
async function send(dialog: Dialog, user: string, { mailFrom, rcptTo, message }: OddSubmission): Promise<Deciding> {
  const commands = [
    { command: 'MAIL', line: `MAIL FROM:${mailFrom ?? `<${user}>`}` } as const,
    ...(rcptTo ?? [`<${comune}>`]).map((argument) => ({ command: 'RCPT', line: `RCPT TO:${argument}` }) as const),
    { command: 'DATA', line: 'DATA' } as const,
  ];
  for (const { command, line } of commands) {
    const reply = (await dialog.bring(Buffer.from(`${line}\r\n`, 'latin1'))).trim();
    if (/^[23]/.test(reply)) continue;
    await dialog.say('RSET');
    return { command, reply };
  }
  return { command: 'DATA', reply: (await dialog.bring(asData(message))).trim() };
}

/** Lines that begin with a dot get another one (RFC 5321 section 4.5.2); the octets stay as they are otherwise. */
function asData(message: string): Buffer {
  const ended = message === '' || message.endsWith('\r\n') ? message : `${message}\r\n`;
  return Buffer.from(`${ended.replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1');
}
