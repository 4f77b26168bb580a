import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Eleven digits: the codice fiscale of a body or company, or a person's provisional one. Says nothing of its holder. */
export type NumericCodiceFiscale = string & { readonly __numericCodiceFiscale: unique symbol };

/**
 * Reads an eleven-digit code and checks its last digit by the rule of VAT numbers.
 * Refusals: `codice-fiscale/malformed`, `codice-fiscale/check-digit`.
 */
export function parseNumericCodiceFiscale(
  text: string,
): NumericCodiceFiscale | Refusal<'codice-fiscale/malformed' | 'codice-fiscale/check-digit'> {
  const code = text.trim();
  if (!/^\d{11}$/.test(code)) {
    return refuse('codice-fiscale/malformed', 'CF-NUMERIC-PATTERN', {
      it: 'Il codice fiscale di un ente, o quello provvisorio di una persona, è formato da undici cifre.',
      en: 'The codice fiscale of a body, or a person’s provisional one, has eleven digits.',
    });
  }
  if (checkDigit(code) !== Number(code.charAt(10))) {
    return refuse('codice-fiscale/check-digit', 'CF-CHECK-DIGIT', {
      it: 'L’ultima cifra del codice fiscale non corrisponde alle altre dieci: probabile errore di battitura.',
      en: 'The last digit of the codice fiscale does not follow from the other ten: probably a typing error.',
    });
  }
  return code as NumericCodiceFiscale;
}

function checkDigit(code: string): number {
  let sum = 0;
  for (let index = 0; index < 10; index += 1) {
    const digit = Number(code.charAt(index));
    const weighed = index % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return (10 - (sum % 10)) % 10;
}
