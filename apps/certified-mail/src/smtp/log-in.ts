import type { PasswordQuestion, PasswordVerdict } from '@recapito/platform';
import { formatRome, reasonLine } from '@recapito/primitives';
import type { MailGate } from '../gate/mail-gate.ts';
import { SmtpReply } from './smtp-reply.ts';

/** Who has signed in at the access point: a holder or a public body, and the service whose box the credential opens. */
export interface SignedIn {
  readonly holder: string;
  readonly service: string;
}

/**
 * Signs somebody in by the name and the secret of a box, as mail clients do: identity judges the secret; whether the box
 * may send, its calendar says at MAIL FROM.
 * @throws SmtpReply 535 with the reason, the same words for a name that nobody has and for a wrong secret; 454 while
 * identity cannot say.
 * @rule SMTP-LOG-IN
 */
export async function signIn(
  gate: Pick<MailGate, 'logInName'>,
  check: (question: PasswordQuestion) => Promise<PasswordVerdict>,
  { name, secret, client }: { readonly name: string; readonly secret: string; readonly client?: string },
): Promise<SignedIn> {
  const { address, service } = gate.logInName(name);
  const verdict = await check({ address, service, secret, client, door: 'submission' });
  switch (verdict.outcome) {
    case 'accepted':
      return { holder: verdict.holder, service };
    case 'temporary':
      throw new SmtpReply(454, '4.7.0', 'Autenticazione momentaneamente non disponibile, riprovare (SMTP-AGAIN)');
    case 'refused':
      throw wrong(
        verdict.refusal === null ? 'Nome o password errati (ACCESS-SAME-WORDS)' : reasonLine(verdict.refusal),
      );
    case 'blocked':
      throw wrong(`${reasonLine(verdict.refusal)}${verdict.until === undefined ? '' : `, ${endOf(verdict.until)}`}`);
  }
}

function wrong(text: string): SmtpReply {
  return new SmtpReply(535, '5.7.8', text);
}

function endOf(until: Parameters<typeof formatRome>[0]): string {
  return `fino al ${formatRome(until).slice(0, 16).replace('T', ' ')} (ora di Roma)`;
}
