import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningService } from '@recapito/platform';
import { freePort } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { programmes, Stage } from './stage.ts';

/** One of two installations that know each other by the index, their certificates and a route. */
export interface Installed {
  readonly stage: Stage;
  /** Where its incoming point listens. */
  readonly port: number;
  /** Settings that it starts with, its port and routes among them. */
  readonly settings: Record<string, string>;
}

/** INPS and PostaCertificat@ in one installation, the provider of public bodies in another; nothing runs yet. */
export async function twoInstallations(): Promise<{ citizens: Installed; bodies: Installed }> {
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

export async function start({ stage, settings }: Installed): Promise<RunningService<PrismaClient>> {
  return await stage.service(settings);
}

function installed(stage: Stage, port: number, file: string, routes: readonly object[]): Installed {
  const named = routes.map((route) => ({ ...route, host: '127.0.0.1', tlsName: 'localhost' }));
  writeFileSync(file, JSON.stringify(named));
  return { stage, port, settings: { RECAPITO_SMTP_PORT: String(port), RECAPITO_ROUTES: file } };
}

/** The shipped programme with some of its providers alone. */
function programmeOf(folder: string, providers: readonly string[]): string {
  cpSync(programmes, folder, { recursive: true });
  for (const name of readdirSync(join(folder, 'providers')))
    if (!providers.includes(name)) rmSync(join(folder, 'providers', name));
  return folder;
}
