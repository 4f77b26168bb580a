/**
 * JSON with the members of objects in order of name, so that two writings of one value have one text; `undefined` for what
 * JSON cannot say.
 */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, inOrder) ?? 'undefined';
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
