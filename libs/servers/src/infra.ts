/** `embedded`: as our children; `containers`: by the machine's container engine. */
export type Infra = 'embedded' | 'containers';

/** Servers are wanted in a way that this machine cannot give; the message is for the person who asked. */
export class InfraRefused extends Error {}

/** What RECAPITO_INFRA says. @throws InfraRefused when it is a word that is none */
export function infraAskedFor(): Infra {
  const asked = process.env['RECAPITO_INFRA'] || 'embedded';
  if (asked === 'embedded' || asked === 'containers') return asked;
  throw new InfraRefused(`RECAPITO_INFRA is "${asked}"; it can be "embedded" (as when left out) or "containers"`);
}
