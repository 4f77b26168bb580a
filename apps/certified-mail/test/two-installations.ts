import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningService } from '@recapito/platform';
import { freePort } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, comune, programmes, Stage } from './stage.ts';

/** One of two installations that know each other by the index, their certificates and a route. */
export interface Installed {
  readonly stage: Stage;
  /** Where its incoming point listens. */
  readonly port: number;
  /** Settings that it starts with, its port and routes among them. */
  readonly settings: Record<string, string>;
}

/** INPS and PostaCertificat@ in one installation, the provider of public bodies in another; nothing runs yet. */
async function twoInstallations(): Promise<{ citizens: Installed; bodies: Installed }> {
  const place = mkdtempSync(join(tmpdir(), 'recapito-two-'));
  const [citizens, bodies] = [new Stage(), new Stage()];
  const [citizensPort, bodiesPort] = [await freePort(), await freePort()];
  citizens.programmes = programmeOf(join(place, 'citizens'), ['inps.json', 'postacertificata.json']);
  bodies.programmes = programmeOf(join(place, 'bodies'), ['enti.json']);
  await citizens.set();
  citizens.onEnd(() => rmSync(place, { recursive: true }));
  // One authority and one index for both: what is there already stays as it is.
  cpSync(citizens.providers, bodies.providers, { recursive: true });
  await bodies.set();
  const inps = 'INPS - Gestore della posta elettronica certificata';
  const toCitizens = [inps, 'PostaCertificat@'].map((provider) => ({ provider, port: citizensPort }));
  const toBodies = [{ provider: 'Gestore PEC degli Enti', port: bodiesPort }];
  return {
    citizens: installed(citizens, citizensPort, join(place, 'to-bodies.json'), toBodies),
    bodies: installed(bodies, bodiesPort, join(place, 'to-citizens.json'), toCitizens),
  };
}

/** Both at work: Anna, a holder of the citizens' installation, writes to public bodies of the other. */
export class TwoAtWork {
  readonly citizens: Installed;
  readonly bodies: Installed;
  /** The citizens' installation. */
  ours!: RunningService<PrismaClient>;
  /** That of the public bodies. */
  theirs!: RunningService<PrismaClient>;
  #token = '';

  private constructor({ citizens, bodies }: { citizens: Installed; bodies: Installed }) {
    this.citizens = citizens;
    this.bodies = bodies;
  }

  /** @param settings beside, or in the place of, those with which they know each other */
  static async begin(settings: (two: TwoAtWork) => Partial<Settings> = () => ({})): Promise<TwoAtWork> {
    const two = new TwoAtWork(await twoInstallations());
    const { citizens, bodies } = settings(two);
    two.ours = await two.citizens.stage.service({ ...two.citizens.settings, ...citizens });
    await two.startTheirs(bodies);
    two.#token = await two.citizens.stage.citizenToken(anna.holder, 'enrolment');
    return two;
  }

  async startTheirs(settings: Record<string, string> = {}): Promise<void> {
    this.theirs = await this.bodies.stage.service({ ...this.bodies.settings, ...settings });
  }

  /** Anna writes, and is taken at her word. @returns the identificativo */
  async write(subject: string, to = comune, text?: string): Promise<string> {
    const { body } = await submit(this.ours, this.#token, mail(anna.box, to, [`Subject: ${subject}`], text));
    if (body.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(body)}`);
    return body.identificativo;
  }

  /** Waits until what one has brought to the other has been answered. */
  async quiet(): Promise<void> {
    for (const service of [this.ours, this.theirs, this.ours]) await quiet(service);
  }

  /** How many messages of a subject lie in a box. */
  received({ stage }: Installed, box: string, subject: string): number {
    return stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;
  }

  async end(): Promise<void> {
    await this.citizens.stage.end();
    await this.bodies.stage.end();
  }
}

interface Settings {
  readonly citizens: Record<string, string>;
  readonly bodies: Record<string, string>;
}

function installed(stage: Stage, port: number, file: string, routes: readonly object[]): Installed {
  const named = routes.map((route) => ({ ...route, host: '127.0.0.1', tlsName: 'localhost' }));
  writeFileSync(file, JSON.stringify(named));
  const settings = {
    RECAPITO_SMTP_PORT: String(port),
    RECAPITO_ROUTES: file,
    // Both are on this machine.
    RECAPITO_SPECIAL_ADDRESSES: 'allow',
  };
  return { stage, port, settings };
}

/** The shipped programme with some of its providers alone. */
function programmeOf(folder: string, providers: readonly string[]): string {
  cpSync(programmes, folder, { recursive: true });
  for (const name of readdirSync(join(folder, 'providers')))
    if (!providers.includes(name)) rmSync(join(folder, 'providers', name));
  // Where one finds the other by DNS: the certificate of its doors is for `localhost`.
  mkdirSync(join(folder, 'peers'), { recursive: true });
  const peer = { provider: 'Gestore PEC degli Enti', hosts: ['localhost'] };
  if (!providers.includes('enti.json')) writeFileSync(join(folder, 'peers', 'enti.json'), JSON.stringify(peer));
  return folder;
}
