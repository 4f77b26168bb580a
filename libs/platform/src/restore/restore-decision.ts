import { goOnAfterRestore, rebuildForgotten, wentBack } from '@recapito/messaging';
import type { ForgottenFact, KeptEpoch } from '@recapito/messaging';
import type { Database, PrismaClientLike, Tx } from '@recapito/database';

/** What a service does with what its database does not know, before it goes on. */
export interface RestoreRules<Client extends PrismaClientLike> {
  /** Takes over newer states of the service's own compacted topics, in transactions of its own. */
  adopt?(): Promise<void>;
  /** As `RebuildForgotten` of messaging. */
  rebuild?(tx: Tx<Client>, fact: ForgottenFact): Promise<boolean>;
}

/** The decision to go on with a database that was put back to an earlier state: an operator's, or the configuration's. */
export class RestoreDecision<Client extends PrismaClientLike = PrismaClientLike> {
  readonly #database: Database<Client>;
  readonly #epochFile: KeptEpoch;
  readonly #rules: RestoreRules<Client>;

  constructor(database: Database<Client>, epochFile: KeptEpoch, rules: RestoreRules<Client>) {
    this.#database = database;
    this.#epochFile = epochFile;
    this.#rules = rules;
  }

  /**
   * Adopts, rebuilds, and goes on in an epoch above the clock, the file and all forgotten facts. What breaks off is begun
   * anew: only the last transaction decides. Refusal: `restore/nothing-to-decide`.
   * @rule RESTORE-ADOPTED
   */
  async goOn() {
    if ((await wentBack(this.#database.client)).since !== null) {
      await this.#rules.adopt?.();
      await this.#rebuild();
    }
    const above = [Date.now(), await this.#epochFile.read()];
    return this.#database.transaction((tx) => goOnAfterRestore(tx, above));
  }

  /** Offers again what waited for another fact, as long as something was rebuilt. */
  async #rebuild(): Promise<void> {
    const rebuild = this.#rules.rebuild?.bind(this.#rules);
    if (rebuild === undefined) return;
    for (let open = Infinity; ;) {
      await this.#offerAll(rebuild);
      const { forgotten } = await wentBack(this.#database.client);
      if (forgotten === 0 || forgotten >= open) return;
      open = forgotten;
    }
  }

  async #offerAll(rebuild: NonNullable<RestoreRules<Client>['rebuild']>): Promise<void> {
    for (let after: ForgottenFact | undefined; ;) {
      const from = after;
      after = await this.#database.transaction((tx) => rebuildForgotten(tx, rebuild, from));
      if (after === undefined) return;
    }
  }
}
