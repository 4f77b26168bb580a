import { Server, Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { KnownSources } from './known-sources.ts';
import { limitConnections } from './limited-connections.ts';
import type { TurnedAway } from './limited-connections.ts';
import { SourceRate } from './source-rate.ts';
import { sourcesOf } from './source.ts';

/** A server whose connections are told of, and what became of each. */
function limited() {
  const server = new Server();
  const outcomes: ('let-in' | TurnedAway)[] = [];
  const known = new KnownSources();
  server.on('connection', () => outcomes.push('let-in'));
  limitConnections(server, {
    clients: 100,
    // So slow that no second connection comes back within a test.
    rate: new SourceRate({ burst: 2, perSecond: 0.0001 }),
    known,
    spared: () => false,
    end: (_, why) => outcomes.push(why),
  });
  const connect = (address: string) =>
    server.emit('connection', Object.defineProperty(new Socket(), 'remoteAddress', { value: address }));
  return { connect, outcomes, known };
}

// @rule SOURCE-RATE
test('a source that never succeeded may open so many connections; the next ones are turned away, another source is let in', () => {
  const { connect, outcomes } = limited();
  for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) connect(address);
  expect(outcomes).toEqual(['let-in', 'let-in', 'too-fast', 'let-in']);
});

// @rule SOURCE-RATE
test('a source that has succeeded is let in however fast it comes', () => {
  const { connect, outcomes, known } = limited();
  known.succeeded(sourcesOf('192.0.2.1'), Date.now());
  for (let nth = 0; nth < 5; nth += 1) connect('192.0.2.1');
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'let-in'));
});
