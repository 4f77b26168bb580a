import type { EventDefinition, Fact } from '@recapito/contracts';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { applyDecorators, Catch, UseFilters } from '@nestjs/common';
import { BaseRpcContext, EventPattern } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { throwError } from 'rxjs';
import type { RawRecord } from '../records/codec.ts';
import type { SqlTransaction } from '../sql.ts';

/** What a handler gets beside the fact (`@Ctx()`). */
export class FactContext<Tx extends SqlTransaction = SqlTransaction> extends BaseRpcContext<[RawRecord]> {
  constructor(
    /** The transaction in which the fact was claimed: what is written through it takes effect once. */
    readonly tx: Tx,
    /** The record as it was read. */
    readonly record: RawRecord,
    /** It is not the first time that this record is handled: a redrive. */
    readonly redriven: boolean,
  ) {
    super([record]);
  }
}

// Nest turns what a handler throws into its own error; the class of the failure would be lost.
@Catch()
class RethrowFilter implements ExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * The method handles an event of another service: `handle(@Payload() fact, @Ctx() context)`.
 * It writes through `context.tx` and returns nothing, or a `Refusal` to have the record kept as a dead letter; what it
 * throws is sorted by `classify`. One handler an event and service.
 */
export function OnEvent<Data>(definition: EventDefinition<Data>): HandlesFact<Data> {
  return applyDecorators(
    EventPattern<unknown>(patternOf(definition.topic, definition.type), { definition }),
    UseFilters(new RethrowFilter()),
  );
}

/** Fits a method whose first argument is the event's fact. */
export type HandlesFact<Data> = <Handler extends (fact: Fact<Data>, ...rest: never[]) => unknown>(
  target: object,
  name: string | symbol,
  method: TypedPropertyDescriptor<Handler>,
) => void;

/** How a handler is found: by the topic that was read and the type. */
export function patternOf(topic: string, type: string): string {
  return `${topic}/${type}`;
}
