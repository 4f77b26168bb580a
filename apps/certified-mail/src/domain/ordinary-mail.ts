/**
 * What stands in the place of a provider's name for mail to addresses that no provider manages: `@` and their domain. Each
 * domain has its own envelope, so that one that takes no mail keeps nothing from the others.
 * @rule ORDINARY-RECIPIENTS
 */
export function ordinaryCarrier(address: string): string {
  return address.slice(address.lastIndexOf('@'));
}

/** The domain of ordinary mail that a carrier stands for, in lower case; null when the carrier is a provider's name. */
export function ordinaryDomain(carrier: string | null): string | null {
  return carrier?.startsWith('@') === true ? carrier.slice(1) : null;
}
