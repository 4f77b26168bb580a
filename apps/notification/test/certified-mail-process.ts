import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, serviceCalendar } from '@recapito/capability';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import { derivedId } from '@recapito/primitives';
import { startCertifiedMail, writeProviders } from '@recapito/testing';
import { LmtpStandIn } from './lmtp-stand-in.ts';
import { august } from './stage.ts';
import type { Stage } from './stage.ts';

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
    await writeProviders(stage);
    await stage.setClock(august);
    for (const service of ['inps-trial', 'cec-pac']) await armCalendar(stage, service);
    await stage.sayCensus(august);
    const store = new LmtpStandIn();
    const lmtpPort = await store.listen();
    stage.onEnd(() => store.close());
    const { url } = await startCertifiedMail(stage, { lmtpPort });
    return new CertifiedMailProcess(url, store);
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
