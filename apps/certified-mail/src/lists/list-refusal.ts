import type { Refusal } from '@recapito/primitives';
import type { IndexFileRefusal, IndexRefusal } from '@recapito/rfc6109';
import type { PaIndexRefusal } from './pa-index.ts';

/** Why a list of somebody else is not put in force: what is wrong with it, with its source, or with what lies beside it. */
export type ListRefusal =
  | IndexFileRefusal
  | IndexRefusal
  | PaIndexRefusal
  | Refusal<
      | 'index/older'
      | 'index/own-missing'
      | 'pa-index/own-missing'
      | 'list/loss'
      | 'list/away'
      | 'list/unusable'
      | 'list/not-followed'
    >;
