/**
 * A probe that kills its process with SIGKILL at the point of this name, or when it is there for the nth time
 * (`fact.handled:7`).
 */
export function killAt(named: string | undefined): (point: string) => Promise<void> {
  const [name, nth = '1'] = named?.split(':') ?? [];
  let passed = 0;
  return async (point) => {
    if (point !== name) return;
    passed += 1;
    if (passed < Number(nth)) return;
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  };
}
