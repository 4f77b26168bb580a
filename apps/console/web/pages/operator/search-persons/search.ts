import type { HolderQuery } from '../../../api/holders.ts';

/** Sixteen letters and digits where a codice fiscale has them, omocodia included, or the eleven digits of a provisional one. */
const codice = /^([a-z]{6}[\dlmnp-v]{2}[abcdehlmprst][\dlmnp-v]{2}[a-z][\dlmnp-v]{3}[a-z]|\d{11})$/i;

/** What somebody looks for, by the look of what they have typed; null when it is too short to look for anybody. */
export function queryOf(typed: string): HolderQuery | null {
  const text = typed.trim();
  if (text.includes('@')) return { address: text };
  const close = text.replaceAll(/\s/g, '');
  if (codice.test(close)) return { codiceFiscale: close };
  return text.length < 2 ? null : { name: text };
}
