/**
 * Draws a state table as Mermaid: one arrow for each pair of states, with the commands that lead along it. Answers that
 * change nothing are left out: the table says them, the drawing shows the ways.
 */
export function stateDiagram(table: Readonly<Record<string, Readonly<Record<string, string>>>>, first: string): string {
  const states = Object.keys(table);
  const arrows = Object.entries(table).flatMap(([from, entries]) => {
    const led = Object.entries(entries).filter(([, to]) => states.includes(to));
    const byTarget = Map.groupBy(led, ([, to]) => to);
    return [...byTarget].map(([to, commands]) => `  ${from} --> ${to}: ${commands.map(([name]) => name).join(', ')}`);
  });
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${first}`, ...arrows, '```'].join('\n');
}
