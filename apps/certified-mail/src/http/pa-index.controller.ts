import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Act, answer, InHand, Permission, RecordsNothing, SystemClock, TwoPersons } from '@recapito/platform';
import type { ActInHand } from '@recapito/platform';
import { after, formatInstant, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { Installation } from '../programme/installation.ts';
import { FollowedList } from '../lists/followed-list.ts';
import { keptForMs } from '../lists/pa-index.ts';
import type { KeptBody } from '../lists/pa-index.ts';
import { statusOfList } from './problem.ts';
import { RefreshList } from './refresh-list.ts';
import { listState, refresh, stateOf } from './provider-index.controller.ts';

const paIndex = z.object({
  /** How many certified addresses, and of how many bodies. */
  addresses: z.int(),
  bodies: z.int(),
  /** Rows that were left out; `keptUntil` is when their body loses the addresses that it keeps, null when it keeps none. */
  leftOut: z.array(
    z.object({
      line: z.int(),
      body: z.string().nullable(),
      fault: z.enum(['length', 'body', 'kind', 'address']),
      keptUntil: z.iso.datetime().nullable(),
    }),
  ),
  /** Null when the programme's own list is in force, which never changes. */
  followed: listState.nullable(),
});

/** The list of public bodies in force, for operators. */
@ApiTags('pa-index')
@ApiBearerAuth()
@Controller('pa-index')
export class PaIndexController {
  readonly #clock = new SystemClock();

  constructor(
    private readonly installation: Installation,
    private readonly refreshes: RefreshList,
  ) {}

  /** The list of public bodies as it is believed now, and how old it is. */
  @Get()
  @Permission('read-lists')
  @RecordsNothing('the index of public bodies is public')
  @ApiResponse({ status: 200, standardSchema: paIndex })
  show(): z.output<typeof paIndex> {
    const list = this.installation.lists.paIndex;
    const { size, bodies, leftOut, kept } = list.current;
    const followed = list instanceof FollowedList ? stateOf(list, this.#clock) : null;
    const shown = leftOut.map((row) => ({ ...row, keptUntil: keptUntil(kept.get(row.body ?? '')) }));
    return paIndex.parse({ addresses: size, bodies: bodies.size, leftOut: shown, followed });
  }

  /** Looks at the file now. Two persons accept a loss. */
  @Post('refreshes')
  @Permission('refresh-lists')
  @Act()
  @TwoPersons()
  @ApiResponse({ status: 200, standardSchema: paIndex })
  async refresh(@Body({ schema: refresh }) { acceptLoss }: z.output<typeof refresh>, @InHand() hand: ActInHand) {
    const list = this.installation.lists.paIndex;
    if (!(list instanceof FollowedList)) return answer(programmesOwn(), statusOfList);
    return answer(await this.refreshes.refresh(list, acceptLoss ? hand : null), statusOfList) ?? this.show();
  }
}

function keptUntil(kept: KeptBody | undefined): string | null {
  return kept === undefined ? null : formatInstant(after(kept.goodAt, keptForMs));
}

function programmesOwn() {
  return refuse('list/not-followed', 'LIST-STALE', {
    it: 'L’elenco in vigore è quello del programma, che non cambia.',
    en: 'The list in force is the programme’s own, which does not change.',
  });
}
