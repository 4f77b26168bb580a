import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { movePlanned, switchAsked } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { prepareMove } from '../application/prepare-move.ts';
import { scheduleSwitch } from '../application/schedule-switch.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { Tx } from '../persistence/tx.ts';
import { Programme } from '../programme/read-programme.ts';

/** What migration says on `migration.moves.v1`. */
@Controller()
export class MigrationMoves {
  readonly #clock: SuiteClock;
  readonly #parts: { readonly calendars: ArmedCalendars; readonly store: MailStore };
  readonly #programme: Programme;

  constructor(clock: SuiteClock, calendars: ArmedCalendars, store: MailStore, programme: Programme) {
    this.#clock = clock;
    this.#parts = { calendars, store };
    this.#programme = programme;
  }

  @OnEvent(movePlanned)
  async planned(@Payload() { data }: Fact<DataOf<typeof movePlanned>>, @Ctx() { tx }: FactContext<Tx>): Promise<void> {
    const { nome, cognome } = data.person;
    await prepareMove(tx, this.#parts, { ...data, nome, cognome, at: this.#clock.now() });
  }

  @OnEvent(switchAsked)
  async asked(
    @Payload() { data, time }: Fact<DataOf<typeof switchAsked>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void | Refusal> {
    return scheduleSwitch(tx, this.#programme.provisioning, { ...data, askedAt: time });
  }
}
