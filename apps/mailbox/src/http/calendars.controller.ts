import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { calendarArmed } from '@recapito/contracts';
import { Database } from '@recapito/database';
import { answer, CurrentCaller, Permission, Publishes, RecordsNothing, SuiteClock } from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { formatInstant, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { armCalendar } from '../application/arm-calendar.ts';
import { armedCalendar, armedCalendars } from '../persistence/calendar.store.ts';
import type { ArmedCalendar } from '../persistence/calendar.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
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

  constructor(database: Database<PrismaClient>, clock: SuiteClock) {
    this.#database = database;
    this.#clock = clock;
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
  @HttpCode(200)
  @Permission('arm-calendar')
  @Publishes(calendarArmed)
  @ApiOperation({ summary: 'Puts a calendar in force; the one that is in force already changes nothing' })
  @ApiResponse({ status: 200, standardSchema: shownCalendar })
  async arm(
    @Param('service', { schema: serviceParam }) service: string,
    @Body({ schema: serviceCalendar }) calendar: ServiceCalendar,
    @CurrentCaller() { name }: Caller,
  ): Promise<ShownCalendar> {
    if (calendar.service !== service) return answer(ofAnotherService, statusOfCalendar);
    const command = { calendar, armedBy: name, at: this.#clock.now() };
    const armed = await this.#database.transaction((tx) => armCalendar(tx, command));
    return shown(answer(armed, statusOfCalendar));
  }
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
