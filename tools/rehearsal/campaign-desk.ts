import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Report, ReportedAddress } from './report/report.ts';
import type { SuiteServices } from './suite-services.ts';

/** How a campaign stands, as migration reports it. */
export interface CampaignReport {
  readonly cohort: Report['cohort'];
  readonly moves: Report['moves'];
  readonly sla: { readonly worstHours: number; readonly late: number };
}

/** A person on the way, as migration lists them. */
export type ListedMove = Omit<ReportedAddress, 'state'> & { readonly state: string };

interface MovesPage {
  readonly items: readonly ListedMove[];
  readonly next: string | null;
}

interface Load {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly expected: number;
}

/** What the operator of a campaign does, through migration's doors. */
export class CampaignDesk {
  readonly #services: SuiteServices;
  readonly #campaign: string;

  constructor(services: SuiteServices, campaign: string) {
    this.#services = services;
    this.#campaign = campaign;
  }

  /** Proposes the campaign and opens it. */
  async open(programme: string): Promise<void> {
    await this.#services.asOperator('migration', 'POST', '/campaigns', { json: { programme } });
    await this.#services.asOperator('migration', 'POST', `/campaigns/${this.#campaign}/openings`);
  }

  /**
   * Loads a cohort and follows it to its end. @returns what stayed out, as `scarti.csv`
   * @param reads told how many rows of how many have been read
   */
  async load(file: string, reads: (rows: number, of: number) => void): Promise<string> {
    const body = await readFile(file);
    const key = createHash('sha256').update(body).digest('hex');
    const headers = { 'content-type': 'text/csv', 'idempotency-key': key };
    const path = `/campaigns/${this.#campaign}/loads`;
    const { id } = await this.#services.asOperator<Load>('migration', 'POST', path, { body, headers });
    for (;;) {
      const load = await this.#services.asOperator<Load>('migration', 'GET', `${path}/${id}`);
      reads(load.rows, load.expected);
      if (load.state === 'done') break;
      await pause(50);
    }
    return this.#services.asOperator<string>('migration', 'GET', `${path}/${id}/rejects`);
  }

  async report(): Promise<CampaignReport> {
    return this.#services.asOperator<CampaignReport>('migration', 'GET', `/campaigns/${this.#campaign}/report`);
  }

  /** Everybody in the campaign, in the order of the codice fiscale. */
  async moves(): Promise<ListedMove[]> {
    const moves: ListedMove[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '' : `&after=${after}`;
      const path = `/campaigns/${this.#campaign}/moves?limit=200${query}`;
      const page: MovesPage = await this.#services.asOperator<MovesPage>('migration', 'GET', path);
      moves.push(...page.items);
      after = page.next;
    }
    return moves;
  }
}
