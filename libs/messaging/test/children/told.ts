/** What the spec has told this process. */
export function told(name: 'SPEC_DATABASE_URL' | 'SPEC_NAMESPACE' | 'SPEC_KEY'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
