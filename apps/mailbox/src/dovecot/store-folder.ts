import { join } from 'node:path';
import type { MailboxState } from '@recapito/capability';
import { domainOf, localPartOf } from '@recapito/primitives';
import type { CertifiedAddress } from '@recapito/primitives';

/** Where the parts of a mail store stand: mailbox and its Dovecot share this folder and nothing else. */
export interface StoreFolder {
  readonly folder: string;
  readonly configuration: string;
  readonly gateScript: string;
  readonly sieveScript: string;
  /** One folder per box: `<domain>/<local part>`. An address is never given twice, so neither is a home. */
  readonly homes: string;
  /** `<service>/<state>/`: what a mail client may do in such a box by each door (RFC 4314), and how much fits into it. */
  readonly rights: string;
}

export function storeFolder(folder: string): StoreFolder {
  return {
    folder,
    configuration: join(folder, 'dovecot.conf'),
    gateScript: join(folder, 'gate.lua'),
    sieveScript: join(folder, 'deliver-once.sieve'),
    homes: join(folder, 'homes'),
    rights: join(folder, 'rights'),
  };
}

/** A box's home, relative to `homes`. */
export function homeOf(address: CertifiedAddress): string {
  return join(domainOf(address), localPartOf(address));
}

/** Where the rights of the boxes of a service in one state stand, relative to `rights`. */
export function rightsFolder(service: string, state: MailboxState): string {
  return join(service, state);
}
