const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What a record says, laid out when it is JSON, as it is otherwise. */
export function readableBody(body: string | null): string {
  const data = parsed(body);
  return data === undefined ? (body ?? '') : JSON.stringify(data, null, 2);
}

/** The ids of holders whom a record names as `holder`; its key is one of them where the record says so. */
export function personsIn(body: string | null, key: string | null): string[] {
  const data = parsed(body);
  if (typeof data !== 'object' || data === null || !('holder' in data)) return [];
  const { holder } = data;
  const named = typeof holder === 'string' && uuid.test(holder) ? [holder.toLowerCase()] : [];
  return named.length === 0 && key !== null && uuid.test(key) ? [key.toLowerCase()] : named;
}

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
