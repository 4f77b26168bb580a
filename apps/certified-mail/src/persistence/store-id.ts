/**
 * Part of a statement: 128 bits in hex by which the mail store knows a message of one box again. They follow from what is
 * the same for ever, never from a number that goes back with the database: a row that is made again after a restore gets
 * the same ones, and what is in its box already is not put there a second time.
 * @param texts SQL expressions of text
 * @rule STORE-ID-OF-CONTENT
 */
export function storeIdSql(...texts: readonly string[]): string {
  return `left(encode(sha256(convert_to(${texts.join(' || ')}, 'UTF8')), 'hex'), 32)`;
}
