import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { childProcess } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { readDemonstration } from '@recapito/tools/demonstration';
import type { Browser } from 'playwright-core';
import { readRecord, root } from '@recapito/servers';
import { inInbox } from '../tools/rehearsal/citizen/mail-client.ts';
import { openChromium } from './chromium.ts';
import { lookAtPages, walkByKeyboard, watchDeath, watchRun, workAsOperator } from './console-walk.ts';
import { alive, familyOf } from './family.ts';
import { lookAtOwnBoxes } from './portal-walk.ts';
import { workInTwo } from './two-supervisors.ts';

const cohorts = join(import.meta.dirname, 'cohorts');
const program = join(root, 'tools', 'rehearsal', 'main.ts');

/** Where this spec's runs lie, apart from those of whoever works on this machine. */
let runs: string;
let environment: Record<string, string>;

beforeAll(async () => {
  runs = mkdtempSync(join(tmpdir(), 'recapito-start-'));
  // PostgreSQL's account must be able to enter.
  await chmod(runs, 0o755);
  environment = {
    RECAPITO_RUNS: runs,
    LC_ALL: 'C.UTF-8',
    // Above the ports of `freePort` and of the suites of other specs, below those that the kernel gives.
    RECAPITO_PORT_BASE: '31000',
    RECAPITO_ARGON2_MEMORY_KIB: '64',
    RECAPITO_ARGON2_PASSES: '1',
    INIT_CWD: cohorts,
    // Servers of its own, as its children, not those of the other specs.
    RECAPITO_INFRA: '',
    RECAPITO_POSTGRES_URL: '',
    RECAPITO_KAFKA_BROKERS: '',
    RECAPITO_REDIS_URL: '',
  };
});

afterAll(() => rmSync(runs, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** `npm start -- ...words`, to its end, as the script of package.json runs it. */
function npmStart(...words: string[]): Promise<Ended> {
  return npmStartWith({}, ...words);
}

/** The same with more in its environment. */
function npmStartWith(more: Record<string, string>, ...words: string[]): Promise<Ended> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const command = scripts.start.replace(/^exec node /, '').split(' ');
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...environment, ...more }, timeout: 120_000 };
    execFile(process.execPath, [...command, ...words], options, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

describe('npm start with words that lead nowhere', () => {
  afterEach(() => {
    // Nothing was started: no run has left a folder.
    expect(readdirSync(runs)).toEqual([]);
  });

  test('--help tells what it does and ends well', async () => {
    const { code, out, errors } = await npmStart('--help');
    expect([code, errors]).toEqual([0, '']);
    expect(out).toMatch(/^npm start: runs the move of 2010.*\n[^]*--cohort FILE[^]*Exit codes: 0/);
  });

  test('an option that is none ends with 2, a sentence and the help', async () => {
    const { code, out, errors } = await npmStart('--coorte', 'two-people.csv');
    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(/^Unknown option '--coorte'[^]*\n\nnpm start: runs the move of 2010/);
  });

  test('servers in containers where no engine answers end it with 1 and a sentence that says what to do', async () => {
    const nowhere = { RECAPITO_INFRA: 'containers', DOCKER_HOST: 'unix:///nowhere.sock' };
    const { code, out, errors } = await npmStartWith(nowhere, '--once');
    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(
      /^RECAPITO_INFRA=containers: no container engine answers at unix:[^\n]*Start Docker[^\n]*\n$/,
    );
  });

  test('a programme that is none ends with 2 and names it', async () => {
    const { code, errors } = await npmStart('--programme', 'ingpec-2031');
    expect(code).toBe(2);
    expect(errors).toMatch(/^Non c’è un programma "ingpec-2031" che si possa provare\.\n/);
    const inEnglish = await npmStart('--programme', 'ingpec-2031', '--lang', 'en');
    expect(inEnglish.errors).toMatch(/^There is no programme "ingpec-2031" that can be rehearsed\.\n/);
  });

  test.each([
    ['has other columns', 'not-a-cohort.csv', /colonn|intestazione/i],
    ['is not there', 'nessuna.csv', /^La coorte .*nessuna\.csv non esiste\.\n$/],
  ])(
    'a cohort that %s ends with 2 and one readable sentence',
    async (_, file, words) => {
      const { code, out, errors } = await npmStart('--cohort', file);
      expect([code, out]).toEqual([2, '']);
      expect(errors).toMatch(words);
      expect(errors.trimEnd().split('\n')).toHaveLength(1);
    },
    120_000,
  );

  test('a scenario with a behaviour that is none ends with 2 and says where it stands', async () => {
    const { code, out, errors } = await npmStart('--cohort', 'two-people.csv', '--scenario', 'unknown-behaviour.csv');
    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(/^Scenario, riga 2: "distratto" non è un comportamento \(.*\)\.\n$/);
  });
});

/** Holds the sending of a box, at the usual door of certified-mail. */
async function holdBox(base: number, box: string): Promise<void> {
  const token = readFileSync(join(root, '.recapito', 'secrets', 'operator.token'), 'utf8').trim();
  const response = await fetch(`http://127.0.0.1:${base + 6}/holds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'held' },
    body: JSON.stringify({ box, reason: 'segnalata da un destinatario' }),
  });
  expect(response.status).toBe(201);
}

describe('npm start beside another', () => {
  const started: SpecProcess[] = [];
  let browser: Browser | undefined;

  function begin(...words: string[]): SpecProcess {
    const child = childProcess(program, { arguments: words, environment, ownGroup: true });
    started.push(child);
    return child;
  }

  afterEach(async () => {
    await browser?.close();
    for (const child of started.splice(0)) await child.cleanUp();
  });

  const folderOf = async (child: SpecProcess) =>
    (await child.line(/^Cartella della prova: /, 120_000)).replace('Cartella della prova: ', '');

  test('takes another folder and other ports and says so; Ctrl-C leaves no process of either behind', async () => {
    const first = begin('--cohort', 'two-people.csv');
    const firstFolder = await folderOf(first);
    const web = (await first.line(/^La prova si segue a /, 240_000)).replace('La prova si segue a ', '');

    browser = await openChromium();
    const watched = await watchRun(browser, web);

    const second = begin('--cohort', 'two-people.csv', '--once');
    const secondFolder = await folderOf(second);
    expect(secondFolder).not.toBe(firstFolder);
    const base = Number(environment['RECAPITO_PORT_BASE']);
    const usual = await second.line(/^Porte diverse dalle solite, che sono occupate: /, 120_000);
    for (const [door, offset] of Object.entries({ console: 0, identity: 1, mailbox: 2, 'audit-log': 5, imaps: 993 })) {
      const port = Number(new RegExp(`${door} (\\d+)`).exec(usual)?.[1]);
      expect(port).toBeGreaterThan(base + offset);
    }

    // Interrupted in the middle of its campaign.
    await second.line(/^La prova si segue a /, 240_000);
    const begun = (await readRecord(secondFolder))?.children ?? [];
    const secondFamily = familyOf([second.pid, ...begun.map(({ pid }) => pid)]);
    expect(alive(secondFamily).length).toBeGreaterThan(10);
    const asked = performance.now();
    second.signalGroup('SIGINT');
    expect(await second.exited()).toEqual({ code: 1, signal: null });
    // Nobody waits at doors that will not open again: that would be a minute.
    expect(performance.now() - asked).toBeLessThan(40_000);
    expect(alive(secondFamily)).toEqual([]);
    expect(existsSync(join(secondFolder, 'run.json'))).toBe(false);

    // The first has not noticed: it reaches its end and stays up.
    await first.line('Tutte le promesse sono state mantenute.', 240_000);
    const [, user = '', password = ''] = /: (\S+), password (\S+)$/.exec(await first.line(/^Una casella/)) ?? [];
    const [, imaps] = /^ +IMAPS 127\.0\.0\.1:(\d+), SMTPS /.exec(await first.line(/^ +IMAPS /)) ?? [];
    const count = await inInbox({ host: '127.0.0.1', port: Number(imaps) }, user, password, async (client) =>
      client.search({ all: true }),
    );
    expect(count).not.toHaveLength(0);
    await first.line('Ctrl-C per finire.');
    await watched.ended();
    await lookAtPages(browser, web);
    await walkByKeyboard(browser, web);
    const [operator] = readDemonstration(firstFolder).filter(({ roles }) => roles.includes('operator'));
    if (operator === undefined) throw new Error('the rehearsal has no operator');
    await workAsOperator(browser, web, operator);
    await lookAtOwnBoxes(browser, web, user, password);
    await holdBox(base, user);
    const supervisors = readDemonstration(firstFolder).filter(({ roles }) => roles.includes('supervisor'));
    await workInTwo(browser, { base: web, supervisors, held: user });
    const notification = (await readRecord(firstFolder))?.children.find(({ name }) => name === 'notification');
    await watchDeath(watched.page, (name) => process.kill(notification?.pid ?? 0, name));
    const record = await readRecord(firstFolder);
    const names = record?.children.map(({ name }) => name).sort();
    expect(names).toEqual([
      'audit-log',
      'certified-mail',
      'console',
      'dovecot',
      'identity',
      'kafka',
      'mailbox',
      'migration',
      'notification',
      'postgres',
      'redis',
    ]);
    const firstFamily = familyOf([first.pid, ...(record?.children ?? []).map(({ pid }) => pid)]);
    expect(alive(firstFamily).length).toBeGreaterThan(10);
    first.signalGroup('SIGINT');
    expect(await first.exited()).toEqual({ code: 0, signal: null });
    expect(alive(firstFamily)).toEqual([]);
    expect(existsSync(join(firstFolder, 'run.json'))).toBe(false);
  }, 600_000);
});
