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

/** From which address a person comes: one of 10.0.0.0/8, so that limits by source see as many sources as people. */
export function homeAddressOf(codiceFiscale: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(`home\0${codiceFiscale}`).digest();
  return `10.${a}.${b}.${c}`;
}
