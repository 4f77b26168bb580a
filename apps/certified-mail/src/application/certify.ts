import { Logger } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { identificativo } from '@recapito/rfc6109';
import type { CertifiedMessage, CertifyingProvider } from '@recapito/rfc6109';
import { systemMessage } from '../domain/emission.ts';
import type { NewEmission } from '../persistence/emission.store.ts';
import { addMessage, nextSerial } from '../persistence/message.store.ts';
import type { KnownMessage } from '../persistence/message.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Draws a new id of a provider's: for a message that it accepts, or a receipt that it makes. */
export async function newId(tx: Tx, node: string, provider: CertifyingProvider, at: Instant): Promise<string> {
  return identificativo(node, at, await nextSerial(tx), provider.domain);
}

/**
 * Keeps a message under the id that was drawn for it, which its envelope already bears. No message ever gets the row of
 * another.
 * @throws Unavailable when somebody else has used that id: another one is drawn when it is submitted again.
 * @rule SUBMISSION-OWN-ID
 */
export async function saveOwnMessage(tx: Tx, message: KnownMessage, at: Instant): Promise<void> {
  const { key, ...certified } = message;
  if ((await addMessage(tx, certified, at)) === null)
    throw new Unavailable('certified-mail', `the id ${key} is in use`);
}

/**
 * Keeps a message of ours under its id; under another one when that is known already, because somebody else has used it. No
 * message ever gets the row of another.
 * @rule SUBMISSION-OWN-ID
 */
export async function saveNewMessage(
  tx: Tx,
  node: string,
  provider: CertifyingProvider,
  drawn: CertifiedMessage,
  at: Instant,
): Promise<KnownMessage> {
  const kept = await addMessage(tx, drawn, at);
  if (kept !== null) return kept;
  return await saveNewMessage(
    tx,
    node,
    provider,
    { ...drawn, identificativo: await newId(tx, node, provider, at) },
    at,
  );
}

/** What the fact of every legal event says: the certified data, who certifies, and the message that was made. */
export function legalEvent(message: CertifiedMessage, provider: { readonly name: string }, messageId: string) {
  const { identificativo, msgid, mittente, destinatari, oggetto } = message;
  return { identificativo, msgid, mittente, destinatari: [...destinatari], oggetto, gestore: provider.name, messageId };
}

/** An emission of a provider's about a message; what is left out is not of its kind. */
export function newEmission(
  message: Pick<KnownMessage, 'key'>,
  provider: { readonly name: string },
  at: Instant,
  made: Pick<NewEmission, 'kind' | 'messageId' | 'forwardPath'> & Partial<NewEmission>,
): NewEmission {
  const unsaid = { errore: null, erroreEsteso: null, towards: null, timeLimit: null, arrivalId: null };
  const absent = { about: [], form: null, ...unsaid };
  return { ...absent, provider: provider.name, identificativo: message.key, at, ...made };
}

const logger = new Logger('certify');

/**
 * Builds emissions to find out whether they can be built, before anybody is promised them. The formal checks should have
 * refused what cannot: so it is logged as a fault.
 * @param original what an envelope carries
 * @rule ACCEPTANCE-BUILT-FIRST
 */
export function canBeBuilt(
  emissions: readonly NewEmission[],
  message: CertifiedMessage,
  provider: CertifyingProvider,
  original: Buffer | null,
): boolean {
  try {
    for (const emission of emissions) systemMessage({ ...emission, id: 0n }, message, provider, original);
    return true;
  } catch (error) {
    const { identificativo } = message;
    logger.error({
      event: 'message-not-certifiable',
      err: error,
      identificativo,
      rule: 'ACCEPTANCE-BUILT-FIRST',
      message: 'an envelope or receipt cannot be built: the submission is refused',
    });
    return false;
  }
}
