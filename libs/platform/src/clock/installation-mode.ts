import type { Database } from '@recapito/database';

type Mode = 'rehearsal' | 'production';

/**
 * Makes sure that a database serves one mode alone: the first start writes its mode down, and the other mode never starts
 * there. The facts of a rehearsal carry dates that never were. Whoever writes records to the broker changes nothing in
 * this.
 * @throws Error when the database belongs to the other mode
 * @rule CLOCK-PRODUCTION
 */
export async function claimMode(database: Pick<Database, 'transaction'>, mode: Mode): Promise<void> {
  const found = await database.transaction(async (tx) => {
    await tx.$executeRawUnsafe(
      'INSERT INTO installation_mode (mode) VALUES ($1) ON CONFLICT (single) DO NOTHING',
      mode,
    );
    const rows = await tx.$queryRawUnsafe<{ mode: Mode }[]>('SELECT mode FROM installation_mode');
    return rows[0]?.mode;
  });
  if (found === mode) return;
  throw new Error(
    found === 'rehearsal'
      ? 'the database belongs to a rehearsal, and this is production: production begins with a database of its own'
      : 'the database belongs to production, and this is a rehearsal: it needs a database of its own',
  );
}
