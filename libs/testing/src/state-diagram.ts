/**
 * The arrows of a state table as Mermaid writes them: one for each pair of states, with the commands that lead along it.
 * Entries that are no state (a refusal, null) are left out: the table says them, the drawing shows the ways.
 * @param nameOf how the drawing writes a state
 */
export function stateArrows(
  table: Readonly<Record<string, Readonly<Record<string, string | null>>>>,
  nameOf: (state: string) => string = (state) => state,
): string[] {
  const states = Object.keys(table);
  return Object.entries(table).flatMap(([from, row]) => {
    const led = Object.entries(row).filter((entry): entry is [string, string] => states.includes(entry[1] ?? ''));
    return Array.from(
      Map.groupBy(led, ([, to]) => to),
      ([to, commands]) => `${nameOf(from)} --> ${nameOf(to)}: ${commands.map(([name]) => name).join(', ')}`,
    );
  });
}
