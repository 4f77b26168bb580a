import { randomUUID } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { actAsked, dataRead } from '@recapito/contracts';
import type { EventDefinition, ReadingsTopic } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { FastifyRequest } from 'fastify';
import { mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { callerOf } from '../auth/caller.ts';
import { accessOf } from '../auth/permission.ts';
import { recordingOf } from '../auth/recording.ts';
import type { SuiteClock } from '../clock/suite-clock.ts';
import type { Database } from '@recapito/database';
import { missingPurpose, purposeOf } from './purpose.ts';

/** What the recorder stands on. */
export interface RecorderParts {
  readonly reflector: Reflector;
  readonly database: Database;
  readonly clock: SuiteClock;
  readonly topic: ReadingsTopic;
  /** Whether operators must say why they read, whatever the route. */
  readonly purposeRequired: boolean;
}

/** The longest subject that is kept, in characters; what is longer is cut. */
const longestSubject = 500;

/**
 * Publishes who asks for personal data or for a change before the route is entered, in a transaction of its own: what
 * cannot be recorded is neither shown nor done.
 * @rule PERSONAL-DATA-READ ACT-NAMED
 */
export class Recorder implements NestInterceptor {
  constructor(private readonly parts: RecorderParts) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { reflector, topic, purposeRequired } = this.parts;
    const handler = context.getHandler();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    const recording = recordingOf(reflector, handler);
    const access = accessOf(reflector, handler);
    if (caller === undefined || recording === undefined || access === undefined || access === 'public')
      return next.handle();
    const purpose = purposeOf(request);
    const data = {
      kind: caller.kind,
      caller: caller.name,
      act: access.permission,
      subject: request.url.slice(0, longestSubject),
      purpose,
    };
    if (recording.kind === 'reading' && caller.kind !== 'session') {
      const asked = purposeRequired || recording.purpose === 'always'; // @rule PURPOSE-ASKED
      if (purpose === null && asked && caller.kind === 'operator') throw missingPurpose();
      await this.#publish(dataRead(topic), data);
    }
    if (recording.kind !== 'act') return next.handle();
    if (recording.when === 'afterwards')
      return next.handle().pipe(mergeMap((answer) => this.#publish(actAsked(topic), data).then(() => answer)));
    await this.#publish(actAsked(topic), data);
    return next.handle();
  }

  async #publish<Data>(definition: EventDefinition<Data>, data: Data): Promise<void> {
    const { database, clock } = this.parts;
    const fact = { key: randomUUID(), sequence: 1, time: clock.now(), data };
    await database.transaction((tx) => append(tx, definition, fact));
  }
}
