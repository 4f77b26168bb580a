import type { Server, Socket } from 'node:net';
import type { KnownSources } from './known-sources.ts';
import { SourcePlaces, sharedPlaces } from './source-places.ts';
import type { SourceRate } from './source-rate.ts';
import { sourcesOf } from './source.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/** Why a connection is turned away or ended. */
export type TurnedAway = 'no-place' | 'too-fast' | 'displaced';

export interface ConnectionLimits {
  /** Places in all. */
  readonly clients: number;
  readonly rate: SourceRate;
  readonly known: KnownSources;
  /** Connections of a proxy are many clients': it has no limit of its own below all places. */
  readonly proxies?: TrustedProxies | undefined;
  /** Whether a connection has earned that it is not ended for another one. */
  readonly spared: (socket: Socket) => boolean;
  /** Ends a connection: one that is turned away has no session yet, one that is displaced has. */
  readonly end: (socket: Socket, why: TurnedAway) => void;
}

/**
 * Lets the connections of a server in by their source, before the server sees them: so many at a time and so many a second
 * for each source, a share of the places kept for known ones.
 * @returns how many have a place.
 * @rule SOURCE-PLACES SOURCE-RATE
 */
export function limitConnections(server: Server, limits: ConnectionLimits): { readonly size: number } {
  const { clients, rate, known, proxies, spared, end } = limits;
  const isKnown = (sources: Parameters<KnownSources['has']>[0]) => known.has(sources);
  const places = new SourcePlaces<Socket>({ ...sharedPlaces(clients), known: isKnown, spared });
  const listeners = server.listeners('connection');
  const letIn = (socket: Socket) => listeners.forEach((listen) => void listen.call(server, socket));
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (proxies?.has(socket.remoteAddress)) return letIn(socket);
    const sources = sourcesOf(socket.remoteAddress);
    if (!isKnown(sources) && rate.take(sources, Date.now()) === null) return end(socket, 'too-fast');
    const place = places.enter(socket, sources);
    if (place === 'no-place') return end(socket, 'no-place');
    socket.once('close', () => places.leave(socket));
    if (place !== 'entered') end(place.instead, 'displaced');
    return letIn(socket);
  });
  return places;
}
