/**
 * The life of a thing as a total table: from each state, where each command leads. A command that changes nothing leads to
 * the state itself; null where it is refused or cannot come.
 */
export type StateTable<State extends string, Command extends string> = Readonly<
  Record<State, Readonly<Record<Command, State | null>>>
>;

/** The states in which a command leads somewhere, in the table's order: what a store compares with before it changes a row. */
export function statesBefore<State extends string, Command extends string>(
  table: StateTable<State, Command>,
  command: NoInfer<Command>,
): State[] {
  const states = Object.keys(table) as State[];
  return states.filter((state) => table[state][command] !== null);
}

/**
 * The one state to which a command leads, from whatever state.
 * @throws Error when it leads to several or to none, which is a fault of the table.
 */
export function stateAfter<State extends string, Command extends string>(
  table: StateTable<State, Command>,
  command: NoInfer<Command>,
): State {
  const reached = new Set(statesBefore(table, command).map((state) => table[state][command]));
  const [only] = reached;
  if (reached.size !== 1 || only === undefined || only === null) throw new Error(`${command} leads to no single state`);
  return only;
}
