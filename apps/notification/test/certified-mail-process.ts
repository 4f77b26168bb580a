import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, serviceCalendar } from '@recapito/capability';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import { migrate } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { childProcess, freePort, freshDatabase } from '@recapito/testing';
import { LmtpStandIn } from './lmtp-stand-in.ts';
import { august } from './stage.ts';
import type { Stage } from './stage.ts';

const sources = new URL('../../certified-mail/src/', import.meta.url).pathname;
const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** The real certified-mail in a process of its own, with a mail store that takes everything. */
export class CertifiedMailProcess {
  readonly url: string;
  readonly store: LmtpStandIn;

  private constructor(url: string, store: LmtpStandIn) {
    this.url = url;
    this.store = store;
  }

  static async open(stage: Stage): Promise<CertifiedMailProcess> {
    const given = ['--out', join(stage.secrets, 'providers'), '--providers', join(programmes, 'providers')];
    const authority = childProcess(join(sources, 'development-authority', 'main.ts'), { arguments: given });
    await authority.exited();
    await stage.setClock(august);
    for (const service of ['inps-trial', 'cec-pac']) await armCalendar(stage, service);
    await stage.sayCensus(august);
    const database = await freshDatabase({ app: 'certified-mail', migrate });
    const store = new LmtpStandIn();
    const port = await freePort();
    const environment = {
      ...(await stage.environment()),
      ...(await stage.brokerFor('certified-mail')),
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_PORT: String(port),
      RECAPITO_LMTP_PORT: String(await store.listen()),
      RECAPITO_SMTP_PORT: '0',
      RECAPITO_SMTPS_PORT: '0',
      RECAPITO_SUBMISSION_PORT: '0',
      RECAPITO_LOG_LEVEL: 'info',
    };
    const child = childProcess(join(sources, 'main.ts'), { environment });
    stage.onEnd(async () => {
      await child.cleanUp();
      await store.close();
      await database.drop();
    });
    await child.line(/"message":"ready"/, 40_000);
    return new CertifiedMailProcess(`http://127.0.0.1:${port}`, store);
  }

  /** Mailbox says that a box is there and active. */
  async listBox(stage: Stage, address: string): Promise<void> {
    const holder = derivedId('holder-of', address);
    const box = {
      box: derivedId('box-of', address),
      address,
      service: 'inps-trial',
      state: 'active' as const,
      partner: null,
    };
    await stage.say(directoryRecord, holder, { holder, boxes: [box] }, august);
  }
}

async function armCalendar(stage: Stage, service: string): Promise<void> {
  const shipped = JSON.parse(readFileSync(join(programmes, 'services', `${service}.json`), 'utf8')) as unknown;
  const calendar = serviceCalendar.parse(shipped);
  const data = { service, version: 1, sha256: fingerprint(calendar), armedBy: 'programme', calendar };
  await stage.say(calendarArmed, service, data, august);
}
