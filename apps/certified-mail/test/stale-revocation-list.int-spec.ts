import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueRevocationList } from '@recapito/rfc6109';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bring, sealedEnvelope } from './peer.ts';
import { quiet } from './post.ts';
import { anna, comune, inAugust, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

/** Publishes a revocation list of the authority, the next one of which was due at an instant. */
async function publishListDue(until: string): Promise<void> {
  const [certificate, privateKey] = ['pem', 'key'].map((end) =>
    readFileSync(join(stage.providers, `authority.${end}`), 'utf8'),
  );
  const authority = { certificate: certificate ?? '', privateKey: privateKey ?? '' };
  const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant(until) };
  writeFileSync(join(stage.providers, 'authority.crl'), await issueRevocationList(authority, validity));
  await service.app.get(Installation).lists.authorities.refresh(inAugust, []);
}

/** The last reply to an envelope of another provider, the same each time. */
async function bringEnvelope(): Promise<string | undefined> {
  const letter = { from: anna.box, to: comune, subject: 'Lista scaduta', number: 1 };
  const content = await sealedEnvelope(service.app.get(Installation), 'PostaCertificat@', letter);
  const replies = await bring(service.app.get(IncomingPoint).state.port, { from: anna.box, to: [comune], content });
  await quiet(service);
  return replies.at(-1);
}

const inBox = () => stage.store.messagesOf(comune).filter((message) => message.includes('Lista scaduta')).length;

describe('an envelope that comes while the revocation list is later than the authority’s file allows', () => {
  test('is asked to come again, nothing is taken, and it is taken once there is a list again', async () => {
    // 72 hours are allowed; the clock shows the second of August, nine in the morning in Rome.
    await publishListDue('2010-07-30T06:59:59Z');
    expect(await bringEnvelope()).toMatch(/^451 4\.3\.0 /);
    expect([await stage.client.arrival.count(), inBox()]).toEqual([0, 0]);

    await publishListDue('2010-08-03T00:00:00Z');
    expect(await bringEnvelope()).toBe('250 2.6.0 preso in carico');
    expect(inBox()).toBe(1);
  });

  test('is believed while the list is late by less', async () => {
    await publishListDue('2010-07-30T07:00:01Z');
    expect(await bringEnvelope()).toMatch(/^250 2\.6\.0 /);
  });
});
