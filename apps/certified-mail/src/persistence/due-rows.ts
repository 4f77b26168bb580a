/** States of a table of the domain as SQL writes them behind `state IN`: `('due', 'held')`. */
export function listed(states: readonly string[]): string {
  return `(${states.map((state) => `'${state}'`).join(', ')})`;
}

/**
 * The ids of rows that are due, at most `$1::int` of them, locked; those that somebody else has locked are left out.
 *
 * A queue leaves many dead entries in its index, one for each state that a row has been in. Only a scan in the order of
 * the index, (state, not_before), marks them so that the next one steps over them: for that the order is asked for by
 * which it is sorted, and compared with the statement's own time, which stands still while it runs.
 */
export function dueIn(table: 'emission' | 'placement'): string {
  return `SELECT id FROM ${table} WHERE state = 'due' AND not_before <= statement_timestamp()
       ORDER BY not_before LIMIT $1::int FOR UPDATE SKIP LOCKED`;
}
