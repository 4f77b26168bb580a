import { startCertifiedMail, writeProviders } from '@recapito/testing';
import type { Stage } from './stage.ts';

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
  readonly #management: string;

  private constructor(management: string) {
    this.#management = management;
  }

  static async open(stage: Stage): Promise<CertifiedMailProcess> {
    await writeProviders(stage);
    const { management } = await startCertifiedMail(stage, { lmtpPort: 9 });
    return new CertifiedMailProcess(management);
  }

  async gate(): Promise<GateFinding> {
    const report = (await (await fetch(`${this.#management}/health/ready`)).json()) as {
      readonly checks: readonly (GateFinding & { readonly name: string })[];
    };
    const found = report.checks.find(({ name }) => name === 'mail-gate');
    if (found === undefined) throw new Error('certified-mail says nothing of its gate');
    return found;
  }
}
