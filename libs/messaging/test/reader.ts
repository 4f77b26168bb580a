import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { eventsOf } from '@recapito/contracts';
import type { EventDefinition, Fact } from '@recapito/contracts';
import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { ConsumerPoint, Probe, RunTransaction, ServiceConnection, SqlTransaction } from '../src/index.ts';
import { currentTraceparent, FactContext, FactStrategy, InfrastructureFailure, OnEvent } from '../src/index.ts';
import { noon, noted } from './scene.ts';

/** What a handler of the specs was seen to do. */
export interface Attempt {
  readonly text: string;
  readonly at: number;
  readonly traceparent: string;
  readonly redriven: boolean;
}

/**
 * What the moods of a fact do to its handler, after it has written its effect. A spec may mend a mood while it runs:
 * an empty table makes all well.
 */
export const moods = new Map<string, (tx: SqlTransaction) => Promise<Refusal | undefined> | Refusal | undefined>();

/** Every call of the handler, in order. */
export const attempts: Attempt[] = [];

/** The moods that the specs share. */
export function resetMoods(): void {
  attempts.length = 0;
  moods.clear();
  moods.set('refused', () =>
    refuse('spec/refused', 'SPEC-REFUSES', { it: 'Rifiutato dalla prova.', en: 'Refused by the spec.' }),
  );
  moods.set('faulty', () => {
    throw new TypeError('the handler has a bug about Mario');
  });
  moods.set('away', () => {
    throw new InfrastructureFailure('something is away');
  });
}
resetMoods();

@Controller()
class NotedController {
  @OnEvent(noted)
  async onNoted(
    @Payload() fact: Fact<{ text: string; mood: string }>,
    @Ctx() context: FactContext,
  ): Promise<Refusal | undefined> {
    const { text, mood } = fact.data;
    attempts.push({ text, at: Date.now(), traceparent: currentTraceparent(), redriven: context.redriven });
    await recordEffect(context.tx, fact);
    return moods.get(mood)?.(context.tx);
  }
}

async function recordEffect(tx: SqlTransaction, fact: Fact<{ text: string }>): Promise<void> {
  await tx.$executeRawUnsafe(
    'INSERT INTO effect (event_id, key, sequence, text) VALUES ($1::uuid, $2::text, $3::bigint, $4::text)',
    fact.id,
    fact.key,
    String(fact.sequence),
    fact.data.text,
  );
}

@Module({ controllers: [NotedController] })
class ReaderModule {}

/** A service that writes one row for each fact it is told. */
export interface Reader {
  readonly strategy: FactStrategy;
  stop(): Promise<void>;
}

export async function startReader(
  connection: ServiceConnection,
  transaction: RunTransaction,
  { ignore = [], ...options }: { ignore?: readonly EventDefinition[]; probe?: Probe<ConsumerPoint> } = {},
): Promise<Reader> {
  const strategy = new FactStrategy({
    ...connection,
    transaction,
    now: () => noon,
    ignore: [...eventsOf(noted.topic), ...ignore],
    ...options,
  });
  const app: INestMicroservice = await NestFactory.createMicroservice(ReaderModule, { strategy, logger: false });
  await app.listen();
  return {
    strategy,
    stop: () => app.close(),
  };
}
