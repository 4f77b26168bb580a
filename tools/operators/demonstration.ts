// The operators of a rehearsal, by whom a newcomer signs in. They have accounts as everybody: they were given a link, chose a
// password and a second factor, and stand in the database of a rehearsal, which production refuses.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { Refused } from '../command-line/index.ts';
import { Accounts } from './accounts.ts';

const fileName = 'demonstration-accounts.json';

/** Two supervisors, because what matters needs two persons. */
const people = [
  { name: 'maria.prova', fullName: 'Maria Prova', roles: ['supervisor'] },
  { name: 'luca.prova', fullName: 'Luca Prova', roles: ['supervisor'] },
  { name: 'sara.prova', fullName: 'Sara Prova', roles: ['operator'] },
];

/** Everybody's: no secret of a rehearsal. */
const password = 'gelso-e-rosmarino-12';

const kept = z.array(
  z.object({
    name: z.string(),
    password: z.string(),
    roles: z.array(z.string()),
    /** Of the second factor, base32. */
    key: z.string(),
  }),
);

export type DemonstrationAccount = z.output<typeof kept>[number];

/**
 * The operators of a run: those that it has, or new ones. They are kept in its folder, second factors included.
 * @param folder the run's
 * @throws Refused when identity refuses
 */
export async function demonstrationAccounts(
  folder: string,
  { secrets, url }: { readonly secrets: string; readonly url: string },
): Promise<readonly DemonstrationAccount[]> {
  if (existsSync(join(folder, fileName))) return readDemonstration(folder);
  const accounts = new Accounts(secrets, url);
  const made: DemonstrationAccount[] = [];
  for (const person of people) {
    const { link } = await accounts.add(person);
    const { name, roles } = person;
    made.push({ name, roles, password, key: await choose(link) });
  }
  writeFileSync(join(folder, fileName), `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

/** The operators of a run. @throws Refused when it has none */
export function readDemonstration(folder: string): readonly DemonstrationAccount[] {
  const path = join(folder, fileName);
  if (!existsSync(path)) throw new Refused(`${folder} has no ${fileName}: it is not the folder of a run of npm start`);
  return kept.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The code that the telephone of an operator would show now, and for how many seconds more. */
export function codeOf(
  { key }: DemonstrationAccount,
  nowMs: number,
): { readonly code: string; readonly seconds: number } {
  const generator = new TOTP({ secret: Secret.fromBase32(key) });
  return { code: generator.generate({ timestamp: nowMs }), seconds: 30 - (Math.floor(nowMs / 1_000) % 30) };
}

/** Chooses credentials on the page of a link, as a person would. @returns the key of the second factor, base32 */
async function choose(link: string): Promise<string> {
  const text = await (await fetch(link)).text();
  const form = /name="form" value="([^"]+)"/.exec(text)?.[1];
  const key = /id="key">([^<]+)</.exec(text)?.[1]?.replaceAll(' ', '');
  if (form === undefined || key === undefined) throw new Refused(`${link} is not the page of an activation`);
  const { code } = codeOf({ key, name: '', password, roles: [] }, Date.now());
  const body = new URLSearchParams({ form, password, again: password, code });
  const { status } = await fetch(link, { method: 'POST', body });
  if (status !== 200) throw new Refused(`identity has refused the credentials of a demonstration account (${status})`);
  return key;
}
