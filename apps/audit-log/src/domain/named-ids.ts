const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** The ids that stand anywhere in the data of a reading, each once, in lower case: a holder's, in a field or in an address that was asked for. */
export function namedIn(value: Uint8Array | null): string[] {
  if (value === null) return [];
  const found = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1').match(id) ?? [];
  return [...new Set(found.map((each) => each.toLowerCase()))];
}
