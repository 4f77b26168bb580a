import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { announcementAsked, moveCompleted } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { askAnnouncement } from '../application/ask-announcement.ts';
import { askWelcome } from '../application/ask-welcome.ts';
import type { Tx } from '../persistence/tx.ts';
import { Texts } from '../programme/texts.ts';

/** What migration says on `migration.moves.v1`. */
@Controller()
export class MigrationMoves {
  readonly #clock: SuiteClock;
  readonly #texts: Texts;

  constructor(clock: SuiteClock, texts: Texts) {
    this.#clock = clock;
    this.#texts = texts;
  }

  @OnEvent(announcementAsked)
  async announcementAsked(
    @Payload() { data }: Fact<DataOf<typeof announcementAsked>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<Refusal | undefined> {
    return await askAnnouncement(tx, data, this.#texts.of(data.campaign), this.#clock.now());
  }

  @OnEvent(moveCompleted)
  async completed(
    @Payload() { data }: Fact<DataOf<typeof moveCompleted>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<Refusal | undefined> {
    return await askWelcome(tx, data, this.#texts.of(data.campaign), this.#clock.now());
  }
}
