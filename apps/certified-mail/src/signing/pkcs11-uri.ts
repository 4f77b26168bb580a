/** Where a key lies in a token, as a PKCS #11 URI says it (RFC 7512). */
export interface TokenKey {
  /** The path of the module by which tokens of that make are reached. */
  readonly module: string;
  /** The token's label; null: the only one there is. */
  readonly token: string | null;
  readonly serial: string | null;
  /** The key's label and its id; at least one of them. */
  readonly object: string | null;
  readonly id: Buffer | null;
}

/** Attributes that are read; another one might exclude the key that is meant, so it is not passed over. */
const known = new Set(['token', 'serial', 'object', 'id', 'type', 'module-path']);

/**
 * Reads `pkcs11:token=T;object=K?module-path=/usr/lib/.../libX.so`. The PIN is no part of it: it lies in a file of its own.
 * @throws RangeError saying what is wrong, without the text itself
 */
export function parseTokenKey(uri: string): TokenKey {
  const [, path = '', query = ''] = /^pkcs11:([^?#\s]*)(?:\?([^#\s]*))?$/.exec(uri.trim()) ?? wrong('it is none');
  const attributes = new Map<string, Buffer>();
  for (const [name, value] of [...pairsOf(path, ';'), ...pairsOf(query, '&')]) {
    if (name === 'pin-value' || name === 'pin-source') wrong('the PIN does not stand in it');
    if (!known.has(name)) wrong(`${name} is not understood`);
    if (attributes.has(name)) wrong(`${name} stands in it twice`);
    attributes.set(name, value);
  }
  const text = (name: string): string | null => attributes.get(name)?.toString('utf8') ?? null;
  const [module, object, id] = [text('module-path'), text('object'), attributes.get('id') ?? null];
  if (module === null || !module.startsWith('/')) return wrong('module-path is missing');
  if (object === null && id === null) wrong('neither object nor id names the key');
  if ((text('type') ?? 'private') !== 'private') wrong('it does not name a private key');
  return { module, token: text('token'), serial: text('serial'), object, id };
}

function pairsOf(text: string, separator: string): [string, Buffer][] {
  return text.split(separator).flatMap((pair) => {
    if (pair === '') return [];
    const at = pair.indexOf('=');
    if (at < 1) wrong('an attribute has no value');
    return [[pair.slice(0, at), percentDecoded(pair.slice(at + 1))]];
  });
}

/** Bytes, for an id is no text. */
function percentDecoded(text: string): Buffer {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) wrong('a percent sign stands alone');
  const plain = Buffer.from(text, 'utf8').toString('latin1');
  return Buffer.from(
    plain.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(String(hex), 16))),
    'latin1',
  );
}

function wrong(words: string): never {
  throw new RangeError(`not a PKCS #11 URI of a key: ${words}`);
}
