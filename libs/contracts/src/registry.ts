import * as auditLog from './audit-log.ts';
import * as certifiedMail from './certified-mail.ts';
import { deadLettered, readingContinued, readingStopped, redriven } from './dead-letters.ts';
import type { EventDefinition } from './event.ts';
import * as holds from './holds.ts';
import * as identity from './identity.ts';
import * as mailbox from './mailbox.ts';
import * as migration from './migration.ts';
import * as notification from './notification.ts';
import { actAsked, dataRead } from './readings.ts';
import * as operators from './operators.ts';
import * as suiteClock from './suite-clock.ts';
import { isDeadLetterTopic, isReadingsTopic } from './topics.ts';
import type { TopicName } from './topics.ts';

const declared = [auditLog, certifiedMail, holds, identity, mailbox, migration, notification, operators, suiteClock]
  .flatMap((contract) => Object.values<unknown>(contract))
  .filter(isEvent);

/** Every event that is published on a topic. */
export function eventsOf(topic: TopicName): EventDefinition[] {
  if (isDeadLetterTopic(topic))
    return [deadLettered, redriven, readingStopped, readingContinued].map((declare): EventDefinition => declare(topic));
  const own = declared.filter((each) => each.topic === topic);
  if (!isReadingsTopic(topic)) return own;
  return [...own, ...[dataRead, actAsked].map((declare): EventDefinition => declare(topic))];
}

function isEvent(exported: unknown): exported is EventDefinition {
  return typeof exported === 'object' && exported !== null && 'topic' in exported && 'version' in exported;
}
