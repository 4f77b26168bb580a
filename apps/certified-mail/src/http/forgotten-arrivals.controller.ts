import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { instantField } from '@recapito/contracts';
import {
  Act,
  answer,
  Approvals,
  InHand,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Purpose,
  PurposeHeader,
  Reading,
  TwoPersons,
} from '@recapito/platform';
import type { ActInHand, PageQuery, TwoPersonAct } from '@recapito/platform';
import { z } from 'zod';
import { DecideArrival } from '../application/restore/decide-arrival.ts';
import type { ArrivalRefusal, StandingArrival } from '../application/restore/decide-arrival.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';
import { statusOfArrival } from './problem.ts';

const arrivalPath = z.object({ id: z.uuid() });

const arrivalView = z.object({
  id: z.uuid().describe('Of the forgotten fact by which it was taken in charge.'),
  identificativo: z.string(),
  sender: z.string(),
  subject: z.string().nullable(),
  provider: z.string().describe('Which of our providers took it in charge.'),
  takenAt: instantField,
  boxes: z.array(
    z.object({
      address: z.string(),
      outcome: z.string().nullable().describe('The fact that says what became of it; null while nothing is known.'),
    }),
  ),
  spooled: z.boolean().describe('Whether a file of the service holds its envelope, so that it can be taken.'),
});

const decidedView = z.object({ outcome: z.enum(['taken', 'given-up']), boxes: z.array(z.string()) });

/** Envelopes of other providers that a database put back has forgotten: an operator decides each and says why, two where it is given up. */
@ApiTags('restore')
@ApiBearerAuth()
@Controller('restore/arrivals')
export class ForgottenArrivalsController {
  constructor(
    private readonly arrivals: DecideArrival,
    private readonly approvals: Approvals<PrismaClient>,
  ) {}

  /** Those that wait for a decision, in the order of their ids. */
  @Get()
  @Permission('decide-arrivals')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(arrivalView) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    const rows = await this.arrivals.standing(keyAfter(query, z.uuid()) ?? null, query.limit + 1);
    return pageFrom(rows, query, ({ id }) => id, shown);
  }

  /** The envelope is taken out of its file once more, for the boxes of which nothing is known. */
  @Post(':id/take')
  @HttpCode(200)
  @Permission('decide-arrivals')
  @Act()
  @PurposeHeader(true)
  @ApiResponse({ status: 200, standardSchema: decidedView })
  async take(@Param({ schema: arrivalPath }) { id }: z.output<typeof arrivalPath>, @Purpose() _why: string) {
    return answer(await this.arrivals.take(id), statusOfArrival);
  }

  /** Two persons have its sender told that it was not delivered, for each box of which nothing is known. */
  @Post(':id/give-up')
  @Permission('decide-arrivals')
  @Act()
  @TwoPersons()
  @PurposeHeader(true)
  @ApiResponse({ status: 200, standardSchema: decidedView })
  async giveUp(
    @Param({ schema: arrivalPath }) { id: arrival }: z.output<typeof arrivalPath>,
    @Purpose() _why: string,
    @InHand() hand: ActInHand,
  ) {
    const act: TwoPersonAct<PrismaClient, ArrivalRefusal> = {
      act: 'give-up-arrival',
      command: { arrival },
      stateOf: (tx) => this.arrivals.standingOf(tx, arrival),
    };
    const work = (tx: Tx) => this.arrivals.giveUp(tx, arrival);
    return answer(await this.approvals.take(hand, act, work), statusOfArrival);
  }
}

function shown({ id, takenAt, data, outcomes, isSpooled: spooled }: StandingArrival): z.input<typeof arrivalView> {
  const { identificativo, mittente: sender, oggetto: subject, gestore: provider, ricezione } = data;
  const boxes = ricezione.map((address) => ({ address, outcome: outcomes[address.toLowerCase()] ?? null }));
  return { id, identificativo, sender, subject, provider, takenAt, boxes, spooled };
}
