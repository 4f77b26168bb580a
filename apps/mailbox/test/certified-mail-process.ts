import { join } from 'node:path';
import { migrate } from '@recapito/platform';
import { childProcess, freePort, freshDatabase } from '@recapito/testing';
import type { Stage } from './stage.ts';

const sources = new URL('../../certified-mail/src/', import.meta.url).pathname;
const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** What certified-mail says of its gate. */
export interface GateFinding {
  readonly state: string;
  readonly boxes: number;
  readonly epoch?: number;
  readonly census?: number;
  readonly boxesByCensus?: number;
  readonly reason?: string;
}

/** The real certified-mail in a process of its own, beside mailbox; nobody delivers for it. */
export class CertifiedMailProcess {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  static async open(stage: Stage): Promise<CertifiedMailProcess> {
    const providers = join(stage.secrets, 'providers');
    const given = ['--out', providers, '--providers', join(programmes, 'providers')];
    await childProcess(join(sources, 'development-authority', 'main.ts'), { arguments: given }).exited();
    const database = await freshDatabase({ app: 'certified-mail', migrate });
    const port = await freePort();
    const environment = {
      ...(await stage.environment()),
      ...(await stage.brokerFor('certified-mail')),
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_PORT: String(port),
      RECAPITO_LMTP_PORT: '9',
      RECAPITO_SMTP_PORT: '0',
      RECAPITO_SMTPS_PORT: '0',
      RECAPITO_SUBMISSION_PORT: '0',
      RECAPITO_LOG_LEVEL: 'info',
    };
    const child = childProcess(join(sources, 'main.ts'), { environment });
    stage.onEnd(async () => {
      await child.cleanUp();
      await database.drop();
    });
    await child.line(/"message":"ready"/, 60_000);
    return new CertifiedMailProcess(`http://127.0.0.1:${port}`);
  }

  async gate(): Promise<GateFinding> {
    const report = (await (await fetch(`${this.#url}/health/ready`)).json()) as {
      readonly checks: readonly (GateFinding & { readonly name: string })[];
    };
    const found = report.checks.find(({ name }) => name === 'mail-gate');
    if (found === undefined) throw new Error('certified-mail says nothing of its gate');
    return found;
  }
}
