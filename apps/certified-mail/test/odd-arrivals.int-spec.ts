import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { oddArrivals } from '../../../e2e/odd-mail/index.ts';
import type { OddArrival } from '../../../e2e/odd-mail/odd-arrival.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bringOdd, SigningPeers } from './odd-arrival-peer.ts';
import type { Deciding } from './odd-mail-dialog.ts';
import { client, quietIn } from './post.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
const all = Object.values(oddArrivals).flat();
const decided: Deciding[] = [];
let service: RunningService<PrismaClient>;

/** By which a message is found again in a box. */
const subjectOf = (arrival: OddArrival) => `Arrivo-${String(all.indexOf(arrival)).padStart(3, '0')}`;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  const peers = new SigningPeers(service.app.get(Installation));
  const { port } = service.app.get(IncomingPoint).state;
  for (const [nth, arrival] of all.entries()) {
    const { signed, changed = (text: string) => text } = arrival;
    const text = await peers.sealed(signed, subjectOf(arrival), nth);
    decided.push(await bringOdd(port, arrival, changed(text, subjectOf(arrival))));
  }
  await quietIn(client(service));
});

afterAll(() => stage.end());

/** The header of every message in a box that speaks of an arrival, unfolded. */
function headersIn(box: string, arrival: OddArrival): string[] {
  return stage.store
    .messagesOf(box)
    .map((message) => message.toString('latin1'))
    .filter((text) => text.includes(subjectOf(arrival)))
    .map((text) => text.slice(0, text.indexOf('\r\n\r\n')).replace(/\r\n(?=[ \t])/g, ''));
}

function escaped(text: string): string {
  return text.replace(/[().]/g, '\\$&');
}

function markIn(header: string): string {
  return /^X-(?:Trasporto|Ricevuta): (.*)$/m.exec(header)?.[1]?.trim() ?? '';
}

describe.each(Object.entries(oddArrivals))('%s', (_, arrivals) => {
  test.each(arrivals)('$what', (arrival) => {
    const { command, reply, end, boxes, onBehalfOf } = arrival.outcome;
    const said = decided[all.indexOf(arrival)];
    expect([said?.command, said?.reply]).toEqual([
      command,
      expect.stringMatching(new RegExp(`^${reply} .*${escaped(end)}$`)),
    ]);
    const found = Object.keys(boxes).map((box) => [box, headersIn(box, arrival).map(markIn)]);
    expect(Object.fromEntries(found)).toEqual(boxes);
    const anomalies = Object.keys(boxes)
      .flatMap((box) => headersIn(box, arrival))
      .filter((header) => markIn(header) === 'errore');
    for (const header of onBehalfOf === undefined ? [] : anomalies)
      expect(header).toMatch(
        new RegExp(`^From: "Per conto di: ${onBehalfOf}" <posta-certificata@gestore-enti\\.example>$`, 'm'),
      );
  });
});
