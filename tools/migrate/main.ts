// npm run migrate: brings a service's database to its last migration, tells how far it is, writes the next migration.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run migrate -- [ACTION] --app NAME

Actions
  apply    apply the migrations that the database does not have yet, and grant the runtime role its rights (default)
  status   say which migrations are applied and which are not; change nothing
  diff     write the next migration from what prisma/*.prisma has and the last migration had not; needs --name
  check    fail when prisma/*.prisma says something that no migration does; without --app for every service

Options
  --app NAME    the service, a folder under apps/
  --name NAME   what the new migration does, as add-opening-hours
  --help        this text

apply and status read the database's address from the environment, as the service does:
  RECAPITO_MIGRATOR_URL   the database in its owner's role
  RECAPITO_DATABASE_URL   the same in the runtime role, to be granted its rights; may be left out

Exit codes: 0 done, 1 it failed or something is missing, 2 the command is not understood.
`;

const apps = new URL('../../apps/', import.meta.url).pathname;
/** Loaded when something is to be done: whoever only asks how to do it need not wait for it. */
const platform = () => import('@recapito/database');
const actions = { apply, status, diff, check };

class NotUnderstood extends Error {}

interface Options {
  readonly app: string | undefined;
  readonly name: string | undefined;
}

async function apply({ app }: Options): Promise<boolean> {
  const runtime = process.env['RECAPITO_DATABASE_URL'];
  const target = { folder: join(prismaOf(app), 'migrations'), url: ownerUrl() };
  const { migrate, roleOf } = await platform();
  const applied = await migrate({ ...target, ...(runtime && { runtimeRole: roleOf(runtime) }) });
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('nothing to apply');
  return true;
}

async function status({ app }: Options): Promise<boolean> {
  const target = { folder: join(prismaOf(app), 'migrations'), url: ownerUrl() };
  const found = await (await platform()).statusOfMigrations(target);
  for (const state of ['applied', 'pending', 'edited', 'failed', 'unknown'] as const)
    for (const name of found[state]) console.log(`${state.padEnd(8)} ${name}`);
  return found.pending.length + found.edited.length + found.failed.length === 0;
}

async function diff({ app, name }: Options): Promise<boolean> {
  if (name === undefined) throw new NotUnderstood('diff needs --name');
  const prisma = prismaOf(app);
  const folder = await (await platform()).planMigration(prisma, name, new Date());
  console.log(folder === undefined ? 'the schema has not changed' : `wrote ${folder}; read it before you commit it`);
  return true;
}

async function check({ app }: Options): Promise<boolean> {
  const services =
    app === undefined ? readdirSync(apps).filter((name) => existsSync(join(apps, name, 'prisma'))) : [app];
  const { missingMigration } = await platform();
  let whole = true;
  for (const service of services) {
    const missing = await missingMigration(prismaOf(service));
    if (missing === '') continue;
    whole = false;
    console.error(
      `${service}: the schema says what no migration does; run npm run migrate -- diff --app ${service} --name ...`,
    );
  }
  return whole;
}

function prismaOf(app: string | undefined): string {
  if (app === undefined) throw new NotUnderstood('--app is missing');
  const folder = join(apps, app, 'prisma');
  if (!/^[a-z-]+$/.test(app) || !existsSync(folder))
    throw new NotUnderstood(`"${app}" is not a service with a database`);
  return folder;
}

function ownerUrl(): string {
  const url = process.env['RECAPITO_MIGRATOR_URL'];
  if (!url) throw new NotUnderstood('RECAPITO_MIGRATOR_URL is not set');
  return url;
}

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      options: { app: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help) return (console.log(help), 0);
    const action = positionals[0] ?? 'apply';
    if (!(action in actions) || positionals.length > 1)
      throw new NotUnderstood(`"${positionals.join(' ')}" is no action`);
    return (await actions[action as keyof typeof actions]({ app: values.app, name: values.name })) ? 0 : 1;
  } catch (error) {
    const misused = error instanceof NotUnderstood || (error instanceof TypeError && 'code' in error);
    console.error(error instanceof Error ? error.message : String(error));
    if (misused) console.error('\nnpm run migrate -- --help tells how it is used.');
    return misused ? 2 : 1;
  }
}

// A pool that is let go keeps its connections for ten seconds more; nothing is left to wait for.
process.exit(await main());
