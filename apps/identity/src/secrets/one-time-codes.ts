import { Secret, TOTP } from 'otpauth';
import type { Instant } from '@recapito/primitives';

/** How long a code is good for, in seconds (RFC 6238). */
const stepSeconds = 30;

/** Codes of the step before and after are taken too: clocks of telephones differ. */
const window = 1;

function generator(secret: Uint8Array, label: string): TOTP {
  const bytes = new Uint8Array(secret);
  return new TOTP({ issuer: 'Recapito', label, secret: new Secret({ buffer: bytes.buffer }), period: stepSeconds });
}

/**
 * The step in which a code was made, in 30-second steps since 1970; null when it is wrong, or of the step of the last code
 * that was taken or an earlier one: no code is taken twice.
 * @param now by the system clock
 * @rule OPERATOR-SECOND-FACTOR
 */
export function stepOfCode(secret: Uint8Array, code: string, now: Instant, lastStep: number): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!/^[0-9]{6}$/.test(token)) return null;
  const delta = generator(secret, '').validate({ token, timestamp: now, window });
  if (delta === null) return null;
  const step = Math.floor(now / (stepSeconds * 1_000)) + delta;
  return step > lastStep ? step : null;
}

/** The code of an instant of the system clock: six digits. */
export function codeAt(secret: Uint8Array, now: Instant): string {
  return generator(secret, '').generate({ timestamp: now });
}

/** What an authenticator application reads from a QR code. @param name the user name, which it shows */
export function enrolmentUri(secret: Uint8Array, name: string): string {
  return generator(secret, name).toString();
}

/** The same secret for typing: base32 in groups of four letters. */
export function typedSecret(secret: Uint8Array): string {
  return new Secret({ buffer: new Uint8Array(secret).buffer }).base32.replaceAll(/(.{4})(?=.)/g, '$1 ');
}
