import { Controller, Sse } from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '@recapito/platform';
import { interval, last, map, merge, share, takeUntil } from 'rxjs';
import type { Observable } from 'rxjs';
import { LiveFeed } from '../application/live-feed.ts';
import { liveDocument } from '../application/live-document.ts';

/** A connection on which nothing comes for a minute is ended by the port. */
const heartbeatMs = 15_000;

/** What happens in the suite, as it happens. */
@ApiTags('live')
@Controller('api')
export class LiveController {
  constructor(private readonly feed: LiveFeed) {}

  /** Server-sent events: `live` with the whole document, at once and after each change; `still-here` every 15 seconds. */
  @Sse('live')
  @Public()
  @ApiResponse({ status: 200, standardSchema: liveDocument })
  live(): Observable<MessageEvent> {
    const documents = this.feed.watch().pipe(share());
    const events = documents.pipe(map((data) => ({ type: 'live', data })));
    const heartbeats = interval(heartbeatMs).pipe(
      map(() => ({ type: 'still-here', data: '' })),
      takeUntil(documents.pipe(last(undefined, null))),
    );
    return merge(events, heartbeats);
  }
}
