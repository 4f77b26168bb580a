import type { RunningService } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { PrivateDovecot } from './private-dovecot.ts';
import type { Stage } from './stage.ts';

/** Mailbox with a real Dovecot at its side; identity is played. */
export interface House {
  readonly mailbox: RunningService<PrismaClient>;
  readonly dovecot: PrivateDovecot;
  readonly identity: IdentityStandIn;
}

/** Starts the house at a suite instant; it is stopped with the stage. With a real identity, its address is used. */
export async function openHouse(stage: Stage, at: Instant, realIdentity?: string): Promise<House> {
  const identity = new IdentityStandIn();
  const dovecot = await PrivateDovecot.withPorts(stage.store);
  const played = await identity.listen();
  const identityUrl = realIdentity ?? played;
  stage.onEnd(() => identity.stop());
  await stage.setClock(at);
  const mailbox = await stage.mailbox({ RECAPITO_IDENTITY_URL: identityUrl, RECAPITO_DOVEADM_URL: dovecot.doveadmUrl });
  stage.onEnd(() => dovecot.stop());
  await dovecot.start(mailbox.url);
  return { mailbox, dovecot, identity };
}
