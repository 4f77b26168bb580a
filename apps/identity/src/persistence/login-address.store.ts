import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** An address by which a holder signs in, and the service of the box behind it. */
export interface LoginAddress {
  readonly address: string;
  readonly holder: string;
  readonly service: string;
}

/** Keeps an address unless it is known already; whose it is never changes. */
export async function addLoginAddress(tx: Tx, login: LoginAddress, at: Instant): Promise<void> {
  const { address, holder, service } = login;
  await tx.loginAddress.createMany({
    data: [{ address: address.toLowerCase(), holderId: holder, service, learnedAt: new Date(at) }],
    skipDuplicates: true,
  });
}

/** Keeps since when the box behind an address is open; an address not heard of yet is learnt when it is reserved. */
export async function markOpened(tx: Tx, address: string, at: Instant): Promise<void> {
  await tx.loginAddress.updateMany({ where: { address: address.toLowerCase() }, data: { openedAt: new Date(at) } });
}
