import { compileCalendar } from '@recapito/capability';
import type { CompiledCalendar, ServiceCalendar } from '@recapito/capability';
import { armedCalendars, armedVersions } from '../persistence/calendar.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** A calendar in force, ready to decide by. */
export interface ServiceInForce {
  readonly calendar: CompiledCalendar;
  readonly version: number;
  readonly sha256: string;
  readonly addressRule: ServiceCalendar['addressRule'];
}

/**
 * Cache of the calendars in force, refreshed every second. A calendar is armed at least a minute before any boundary that
 * it changes, so every process knows a boundary before it counts.
 */
export class ArmedCalendars {
  #services: ReadonlyMap<string, ServiceInForce> = new Map();

  /** The calendar of a service. @throws RangeError when there is none: a box of a service that no programme knows. */
  of(service: string): ServiceInForce {
    const inForce = this.#services.get(service);
    if (inForce === undefined) throw new RangeError(`no calendar is armed for the service ${service}`);
    return inForce;
  }

  all(): readonly ServiceInForce[] {
    return [...this.#services.values()];
  }

  /** Reads again what has changed. @returns whether anything had. */
  async refresh(tx: Tx): Promise<boolean> {
    const versions = await armedVersions(tx);
    const same = versions.length === this.#services.size && versions.every(this.#isKnown);
    if (same) return false;
    const armed = await armedCalendars(tx);
    this.#services = new Map(
      armed.map(({ service, version, sha256, calendar }) => [
        service,
        { calendar: compileCalendar(calendar), version, sha256, addressRule: calendar.addressRule },
      ]),
    );
    return true;
  }

  readonly #isKnown = ({ service, version, sha256 }: Awaited<ReturnType<typeof armedVersions>>[number]): boolean =>
    this.#services.get(service)?.version === version && this.#services.get(service)?.sha256 === sha256;
}
