import { createHash } from 'node:crypto';

/** What a person invents for a purpose, in letters and digits: the same in every rehearsal. */
export function invented(codiceFiscale: string, purpose: string): string {
  return createHash('sha256')
    .update(`${purpose}\0${codiceFiscale}`)
    .digest('base64url')
    .replaceAll(/[^A-Za-z0-9]/g, '');
}

/** The personal PIN and the password that a person chooses. */
export function chosenBy(codiceFiscale: string): { pin: string; password: string } {
  return {
    pin: invented(codiceFiscale, 'pin').slice(0, 8),
    password: `Cavallo-${invented(codiceFiscale, 'password').slice(0, 10)}`,
  };
}
