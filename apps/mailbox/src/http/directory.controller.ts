import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Act, Permission, Unavailable } from '@recapito/platform';
import { z } from 'zod';
import { TopicRepair } from '../application/topic-repair.ts';

/** How many services and holders were stated again. */
const repaired = z.object({ services: z.int(), holders: z.int() });

/** The topics by which other services know boxes and calendars. */
@ApiTags('directory')
@Controller('directory')
export class DirectoryController {
  constructor(private readonly topics: TopicRepair) {}

  /** Compares the topics with the tables now, and states again what they lack: after a loss of the broker's data. */
  @Post('repairs')
  @HttpCode(200)
  @Permission('repair-directory')
  @Act()
  @ApiOperation({ summary: 'Riscrive nei topic ciò che manca' })
  @ApiResponse({ status: 200, standardSchema: repaired })
  async repair(): Promise<z.output<typeof repaired>> {
    const done = await this.topics.repair();
    if (done === undefined) throw new Unavailable('mailbox', 'the service stops');
    return repaired.parse(done);
  }
}
