import { addressReserved, movePlanned } from '@recapito/contracts';
import { migrate } from '@recapito/database';
import { derivedId } from '@recapito/primitives';
import { childProcess, freePort, freshDatabase } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { august, bound, newAddressOf, oldAddressOf } from './stage.ts';
import type { Stage } from './stage.ts';

const program = new URL('../../identity/src/main.ts', import.meta.url).pathname;

/** The real identity, in a process of its own beside notification: the same topics, clock and keys, its own database. */
export class IdentityProcess {
  readonly url: string;
  readonly child: SpecProcess;

  private constructor(url: string, child: SpecProcess) {
    this.url = url;
    this.child = child;
  }

  static async open(stage: Stage): Promise<IdentityProcess> {
    await stage.setClock(august);
    const database = await freshDatabase({ app: 'identity', migrate });
    const port = await freePort();
    const environment = {
      ...(await stage.environment()),
      ...(await stage.brokerFor('identity')),
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_PORT: String(port),
      RECAPITO_ARGON2_MEMORY_KIB: '64',
      RECAPITO_ARGON2_PASSES: '1',
      RECAPITO_LOG_LEVEL: 'debug',
    };
    const child = childProcess(program, { environment });
    stage.onEnd(async () => {
      await child.cleanUp();
      await database.drop();
    });
    await child.line(/"message":"ready"/);
    return new IdentityProcess(`http://127.0.0.1:${port}`, child);
  }

  /** Migration plans a move of Mario Rossi's and mailbox reserves his address, as identity will hear. */
  async enrol(stage: Stage, move: string): Promise<void> {
    const holder = derivedId('holder', move);
    const source = { service: 'inps-trial', address: oldAddressOf(move) };
    const data = {
      move,
      campaign: 'inps-2010',
      holder,
      row: 1,
      person: {
        codiceFiscale: 'RSSMRA80A01H501U',
        cognome: 'Rossi',
        nome: 'Mario',
        sesso: 'M' as const,
        dataNascita: '1980-01-01',
        comuneNascita: 'H501',
        cellulare: '+393330000001',
        indirizzo: 'Via delle Prove 1, 00100 Roma',
      },
      recognition: { origin: 'inps' as const, office: 'Roma EUR', operator: 'op-17', date: '2010-01-12' },
      source,
      target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
      until: bound,
    };
    await stage.say(movePlanned, move, data, august);
    const box = { box: derivedId('box', move), service: 'cec-pac', address: newAddressOf(move) };
    await stage.say(addressReserved, holder, { ...box, holder, move }, august);
  }

  /** What identity answers to a holder who signs in. */
  async signIn(user: string, secret: string): Promise<{ status: number; scope: unknown }> {
    const response = await fetch(`${this.url}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, secret }),
    });
    const body = (await response.json()) as { scope?: unknown };
    return { status: response.status, scope: body.scope };
  }
}
