import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import { answer, Permission, RecordsNothing } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import { z } from 'zod';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { lastHead } from '../persistence/tree.store.ts';
import { CheckpointKey } from '../sealing/checkpoint-key.ts';
import { statusOf } from './problem.ts';

const checkpointView = z.object({
  origin: z.string(),
  size: z.int(),
  /** Base64. */
  root: z.string(),
  /** The signed note: what a witness keeps. */
  note: z.string(),
});

const keyView = z.object({
  /** As C2SP writes it: name, key id, key. */
  key: z.string(),
});

/** Signed heads of the tree for witnesses, and the key that verifies them. Neither reveals an entry. */
@ApiTags('checkpoints')
@ApiBearerAuth()
@Controller('checkpoints')
export class CheckpointsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly checkpointKey: CheckpointKey,
  ) {}

  /** The newest checkpoint. Refusal: `checkpoint/none`. */
  @Get('latest')
  @Permission('read-checkpoint')
  @RecordsNothing('signed heads of the tree')
  @ApiResponse({ status: 200, standardSchema: checkpointView })
  async latest(): Promise<z.output<typeof checkpointView>> {
    const head = answer((await lastHead(this.database.client)) ?? noCheckpoint(), statusOf);
    const { size, root, note } = head;
    const origin = this.checkpointKey.readCheckpoint(note)?.head.origin ?? this.checkpointKey.origin;
    return { origin, size, root: Buffer.from(root).toString('base64'), note };
  }

  /** The public key; take it once, by a way you trust, and keep it apart from what it verifies. */
  @Get('key')
  @Permission('read-checkpoint')
  @RecordsNothing('a public key')
  @ApiResponse({ status: 200, standardSchema: keyView })
  key(): z.output<typeof keyView> {
    return { key: this.checkpointKey.verifier };
  }
}

function noCheckpoint() {
  return refuse('checkpoint/none', 'TRACE-CHECKPOINT', {
    it: 'Non è stato ancora firmato alcun checkpoint.',
    en: 'No checkpoint has been signed yet.',
  });
}
