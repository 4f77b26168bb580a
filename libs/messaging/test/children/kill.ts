/** Ends this process as a power cut would, at the named point of its work and nowhere else. */
export function killAt(named: string | undefined): (point: string) => Promise<void> {
  return async (point) => {
    if (point !== named) return;
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  };
}

/** What the spec has told this process. */
export function told(name: 'SPEC_DATABASE_URL' | 'SPEC_NAMESPACE' | 'SPEC_KEY'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
