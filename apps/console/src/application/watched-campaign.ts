import { Injectable } from '@nestjs/common';
import { CampaignFigures } from '../domain/campaign-figures.ts';
import type { Change } from '../domain/campaign-figures.ts';

/** The campaign that this process watches: its figures, and who is told when they change. */
@Injectable()
export class WatchedCampaign {
  readonly figures = new CampaignFigures();
  #isRead = () => false;
  #changed: () => void = () => undefined;

  /** All facts that there were at the start have been counted. */
  get isRead(): boolean {
    return this.#isRead();
  }

  /** Says who knows whether the facts of the past have been read. */
  readBy(isRead: () => boolean): void {
    this.#isRead = isRead;
  }

  /** Has `listener` called after each fact that changed the figures. */
  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) this.figures.apply(change);
    if (changes.length > 0) this.#changed();
  }
}
