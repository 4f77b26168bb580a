import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { Database } from '@recapito/database';
import { Act, answer, Approvals, InHand, Permission, RecordsNothing, SuiteClock, TwoPersons } from '@recapito/platform';
import type { ActInHand, TwoPersonAct } from '@recapito/platform';
import { formatInstant, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { armCalendar } from '../application/arm-calendar.ts';
import { armedCalendar, armedCalendars, lockCalendar } from '../persistence/calendar.store.ts';
import type { ArmedCalendar } from '../persistence/calendar.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';
import { statusOfCalendar } from './problem.ts';

const serviceParam = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);

const shownCalendar = z.object({
  service: z.string(),
  version: z.int(),
  sha256: z.string(),
  armedBy: z.string(),
  /** RFC 3339, by the suite clock. */
  armedAt: z.string(),
  calendar: z.record(z.string(), z.unknown()),
});

type ShownCalendar = z.output<typeof shownCalendar>;

/** The calendars in force: when each service begins, what its phases open and close. */
@ApiTags('calendars')
@Controller('calendars')
export class CalendarsController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #approvals: Approvals<PrismaClient>;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, approvals: Approvals<PrismaClient>) {
    this.#database = database;
    this.#clock = clock;
    this.#approvals = approvals;
  }

  @Get()
  @Permission('read-calendars')
  @RecordsNothing('calendars are public')
  @ApiOperation({ summary: 'The calendar in force of every service' })
  @ApiResponse({ status: 200, standardSchema: z.array(shownCalendar) })
  async list(): Promise<ShownCalendar[]> {
    return (await armedCalendars(this.#database.client)).map(shown);
  }

  @Get(':service')
  @Permission('read-calendars')
  @RecordsNothing('calendars are public')
  @ApiOperation({ summary: 'The calendar in force of one service' })
  @ApiResponse({ status: 200, standardSchema: shownCalendar })
  async one(@Param('service', { schema: serviceParam }) service: string): Promise<ShownCalendar> {
    const armed = (await armedCalendar(this.#database.client, service)) ?? unknownCalendar;
    return shown(answer(armed, statusOfCalendar));
  }

  @Post(':service/armings')
  @Permission('arm-calendar')
  @Act()
  @TwoPersons()
  @ApiOperation({ summary: 'Puts a calendar in force; the one that is in force already changes nothing' })
  @ApiResponse({ status: 200, standardSchema: shownCalendar })
  async arm(
    @Param('service', { schema: serviceParam }) service: string,
    @Body({ schema: serviceCalendar }) calendar: ServiceCalendar,
    @InHand() hand: ActInHand,
  ) {
    if (calendar.service !== service) return answer(ofAnotherService, statusOfCalendar);
    const command = { calendar, armedBy: hand.caller.name, at: this.#clock.now() };
    const act: TwoPersonAct<PrismaClient> = {
      act: 'arm-calendar',
      command: { service, calendar },
      stateOf: (tx: Tx) => versionInForce(tx, service),
    };
    const done = answer(await this.#approvals.take(hand, act, (tx) => armCalendar(tx, command)), statusOfCalendar);
    return 'approval' in done ? done : shown(done);
  }
}

/** The version that a new calendar takes the place of; `0` when the service has none. */
async function versionInForce(tx: Tx, service: string): Promise<string> {
  await lockCalendar(tx, service);
  return String((await armedCalendar(tx, service))?.version ?? 0);
}

function shown({ service, version, sha256, armedBy, armedAt, calendar }: ArmedCalendar): ShownCalendar {
  return { service, version, sha256, armedBy, armedAt: formatInstant(armedAt), calendar };
}

const unknownCalendar = refuse('calendar/unknown', 'CALENDAR-ARMED', {
  it: 'Per questo servizio non è in vigore alcun calendario.',
  en: 'No calendar is in force for this service.',
});

const ofAnotherService = refuse('calendar/of-another-service', 'CALENDAR-ARMED', {
  it: 'Il calendario è di un servizio diverso da quello indicato.',
  en: 'The calendar belongs to another service than the one named.',
});
