/** Statements that a connection keeps prepared, at most; a service writes a few dozen, lists of values apart. */
const most = 500;

/**
 * Names for the statements of one pool: under its name PostgreSQL parses and plans a statement once a connection. What
 * comes after the first 500 has no name and is parsed each time.
 */
export function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size === most) return '';
    const name = `s${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
