import { Injectable } from '@nestjs/common';
import type { BrokenLog } from './compare-published.ts';

/** What the last comparison of the tree with the published checkpoints found, in this process. */
@Injectable()
export class SigningState {
  /** The published head that the tree does not continue; null while it continues all that is known. */
  broken: BrokenLog | null = null;
}
