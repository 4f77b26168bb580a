import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AnyServiceConfig } from '../config.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { KnownSources } from '../sources/known-sources.ts';
import { limitConnections } from '../sources/limited-connections.ts';
import { SourceRate } from '../sources/source-rate.ts';

/** What tells one connection from every other that is open; the socket of TLS and the one below it have the same. */
function placeOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Connections whose request is in work: its body is there, or whoever sends it has shown credentials. */
export class Occupied {
  readonly #requests = new Map<string, number>();

  has(socket: Socket): boolean {
    return this.#requests.has(placeOf(socket));
  }

  /** @returns what is called when the request has been answered or its client is gone */
  enter(socket: Socket): () => void {
    const place = placeOf(socket);
    this.#requests.set(place, (this.#requests.get(place) ?? 0) + 1);
    return () => {
      const left = (this.#requests.get(place) ?? 1) - 1;
      if (left > 0) this.#requests.set(place, left);
      else this.#requests.delete(place);
    };
  }
}

export interface HttpPlaces {
  readonly config: AnyServiceConfig;
  readonly known: KnownSources;
  readonly occupied: Occupied;
  readonly metrics: Metrics;
}

/**
 * Shares the places of the HTTP door by source, a quarter kept for sources that succeeded before. Who has a place and no
 * request in work loses it to the next when there is none left.
 * @rule SOURCE-PLACES
 */
export function limitPlaces(server: Server, { config, known, occupied, metrics }: HttpPlaces): void {
  const { httpClients: clients, httpBurst: burst, httpPerSecond: perSecond, trustedProxies: proxies } = config;
  const turnedAway = metrics.counter('recapito_http_turned_away_total', 'Connections turned away or ended, by reason', [
    'reason',
  ]);
  limitConnections(server, {
    clients,
    rate: new SourceRate({ burst, perSecond }),
    known,
    proxies,
    spared: (socket) => occupied.has(socket),
    end: (socket, reason) => {
      turnedAway.inc({ reason });
      socket.destroy();
    },
  });
  // Connections that have just lost their place are still counted, and those of proxies have no places of their own.
  server.maxConnections = clients + Math.max(16, Math.ceil(clients / 10));
}
