import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { eventsOf } from '@recapito/contracts';
import type { Fact } from '@recapito/contracts';
import { FactContext, FactStrategy, OnEvent } from '@recapito/messaging';
import type { Brokers, RunTransaction, SqlTransaction } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { insertEffect } from './messaging-database.ts';
import { noon, noted } from './noted.ts';
import type { Noted } from './noted.ts';

/** Which facts have their effect in which transaction. */
const heardIn = new WeakMap<SqlTransaction, string[]>();

@Controller()
class NotedController {
  @OnEvent(noted)
  async onNoted(@Payload() { id, data }: Fact<Noted>, @Ctx() { tx }: FactContext): Promise<void> {
    await tx.$executeRawUnsafe(insertEffect, id, data.holder, data.nth);
    heardIn.set(tx, [...(heardIn.get(tx) ?? []), id]);
  }
}

@Module({ controllers: [NotedController] })
class ReaderModule {}

export interface ReaderOptions {
  readonly service: string;
  readonly brokers: Brokers;
  readonly namespace: string;
  readonly transaction: RunTransaction;
  /** Told the id of each fact once its effect has been committed. */
  readonly committed?: (id: string) => void;
}

/** A service that writes one row for each fact that it hears, wired as every service of the suite is. */
export interface Reader {
  readonly strategy: FactStrategy;
  stop(): Promise<void>;
}

export async function startReader({ committed, ...options }: ReaderOptions): Promise<Reader> {
  const logger = serviceLogger(options.service, 'error');
  const transaction = committed === undefined ? options.transaction : telling(options.transaction, committed);
  const strategy = new FactStrategy({
    ...options,
    transaction,
    logger,
    now: () => noon,
    ignore: eventsOf(noted.topic),
  });
  const app = await NestFactory.createMicroservice(ReaderModule, { strategy, logger: false });
  await app.listen();
  return { strategy, stop: () => app.close() };
}

function telling(transaction: RunTransaction, committed: (id: string) => void): RunTransaction {
  return async (work) => {
    let heard: readonly string[] = [];
    const result = await transaction(async (tx) => {
      const done = await work(tx);
      heard = heardIn.get(tx) ?? [];
      return done;
    });
    for (const id of heard) committed(id);
    return result;
  };
}
