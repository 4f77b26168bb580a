import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant } from '@recapito/primitives';
import { root } from '@recapito/servers';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { percentile, rounded } from './figures.ts';
import { holdersWithPins } from './holders.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { mailStage } from './mail-stage.ts';
import type { Stage } from './services.ts';
import { SmtpDialog } from './smtp-dialog.ts';

const sizes = { full: { holders: 16, rounds: 400 }, small: { holders: 2, rounds: 20 } };

const noon = parseInstant('2010-08-02T12:00:00Z');

/** A process of ours that is attacked keeps below this, in MiB. */
const mostMiB = 512;

const services = ['identity', 'certified-mail'] as const;

/** What somebody does who has been here before, again and again. */
const doors = ['log-in', 'RCPT', 'GET'] as const;
type Door = (typeof doors)[number];

export const underAttack: Benchmark = {
  name: 'under-attack',
  ours: 'p99 of what suffers most of log-in, RCPT and GET for a client that is known, while five other sources attack',
  yardstick: 'p99 of the same for the same client while nobody attacks',
  unit: 'ms',
  better: 'less',
  mark: 'ours at most 2 x yardstick',
  reached: ({ ours, yardstick }) => ours <= 2 * yardstick,
  runs: 3,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const { holders: count, rounds } = sizes[size];
  const { ground, stage } = await mailStage(occasion);
  await stage.setClock(noon);
  says('identity and certified-mail');
  // The bound on commands without a message is for strangers; what is measured is the answer to one.
  const environment = { RECAPITO_SMTP_COMMANDS: '1000000' };
  const supervisor = await stage.start({ names: services, abort, environment });
  ground.atEnd(() => supervisor.stop());
  const holders = await holdersWithPins(stage, count, noon);
  const victim = await Victim.open(stage, holders);
  ground.atEnd(async () => victim.close());
  await victim.times(Math.min(rounds, 50));
  let idle: Times;
  let worst: Door = 'log-in';
  return {
    async ours() {
      idle = await victim.times(rounds);
      const attack = await startAttack(stage);
      const attacked = await victim.times(rounds).catch(async (error: unknown) => {
        await attack.stop();
        throw error;
      });
      const tried = await attack.stop();
      const slower = (door: Door) => percentile(attacked[door], 99) / percentile(idle[door], 99);
      worst = doors.toSorted((one, other) => slower(other) - slower(one))[0] ?? worst;
      says(doors.map((door) => `${door} ${shown(attacked[door])} beside ${shown(idle[door])} ms`).join(', '));
      says(`attempts: ${JSON.stringify(tried)}; memory ${checkMemory(supervisor.pids)}`);
      return percentile(attacked[worst], 99);
    },
    yardstick: async () => percentile(idle[worst], 99),
  };
}

function shown(times: readonly number[]): string {
  return `${rounded(percentile(times, 99))}`;
}

/** Attackers in a process of their own; `stop` answers how often each way was tried. */
async function startAttack({ ports }: Stage): Promise<{ stop(): Promise<unknown> }> {
  const { smtp, smtps, identity, 'certified-mail': certifiedMail } = ports;
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const child = fork(join(root, 'bench', 'attack.ts'), [JSON.stringify({ smtp, smtps, identity, certifiedMail })], {
    execArgv: ['--conditions=@recapito/source', '--import', hooks],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child, 'message'), ended]);
  return {
    async stop() {
      const tried = once(child, 'message');
      child.send('stop');
      const [counts] = (await Promise.race([tried, ended])) as [unknown];
      await ended;
      return counts;
    },
  };
}

type Times = Readonly<Record<Door, number[]>>;

/** A client that has signed in from its address before the attack begins. */
class Victim {
  readonly #identity: KeepAliveClient;
  readonly #smtp: SmtpDialog;
  readonly #token: string;
  readonly #logIns: readonly object[];
  #next = 0;

  private constructor(identity: KeepAliveClient, smtp: SmtpDialog, token: string, logIns: readonly object[]) {
    this.#identity = identity;
    this.#smtp = smtp;
    this.#token = token;
    this.#logIns = logIns;
  }

  static async open(
    stage: Stage,
    holders: readonly { readonly codiceFiscale: string; readonly secret: string }[],
  ): Promise<Victim> {
    const logIns = holders.map(({ codiceFiscale: user, secret }) => ({ user, secret }));
    const identity = await KeepAliveClient.open(stage.url('identity'));
    return new Victim(identity, await SmtpDialog.open(stage.ports.smtp), stage.operatorToken, logIns);
  }

  /** Milliseconds of each, so many times one after the other. @throws Error when one is answered otherwise than it should be. */
  async times(rounds: number): Promise<Times> {
    const times: Times = { 'log-in': [], RCPT: [], GET: [] };
    for (let nth = 0; nth < rounds; nth += 1) {
      times['log-in'].push(await timed(() => this.#logIn()));
      times.GET.push(await timed(() => this.#get()));
      await this.#smtp.expect(250, 'RSET');
      await this.#smtp.expect(250, 'MAIL FROM:<protocollo@pec.comune.borgovento.example>');
      times.RCPT.push(await timed(() => this.#smtp.expect(250, 'RCPT TO:<urp@pec.provincia.valchiara.example>')));
    }
    return times;
  }

  close(): void {
    this.#identity.close();
    this.#smtp.close();
  }

  async #logIn(): Promise<void> {
    this.#next += 1;
    const { status, body } = await this.#identity.post('/sessions', this.#logIns[this.#next % this.#logIns.length]);
    if (status !== 201) throw new Error(`a log-in was answered ${status}: ${body}`);
  }

  async #get(): Promise<void> {
    const { status, body } = await this.#identity.get('/dead-letters', this.#token);
    if (status !== 200) throw new Error(`a GET was answered ${status}: ${body}`);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The most memory that each process has had. @throws Error when it is too much. */
function checkMemory(pids: Readonly<Record<string, number | undefined>>): string {
  const most = services.map((name) => {
    const status = readFileSync(`/proc/${pids[name]}/status`, 'utf8');
    return { name, MiB: Math.round(Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024) };
  });
  const over = most.find(({ MiB }) => !(MiB <= mostMiB));
  if (over !== undefined) throw new Error(`${over.name} took ${over.MiB} MiB`);
  return most.map(({ name, MiB }) => `${name} ${MiB} MiB`).join(', ');
}
