// Compares each answer of a service in this process with the documents of docs/api, whoever asked and by whichever client.
// Specs and the programs that they start load it; what deviates is added to the file RECAPITO_DEVIATIONS, a line each.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { DocumentedAnswers } from './documented-answers.ts';

/** Doors of every service that no document tells: most programs of a spec are asked nothing else, and read no document. */
const undocumented = /^\/(health|metrics|openapi)/;

const watching = Symbol.for('recapito.watched-answers');
const shared = globalThis as { [watching]?: boolean };
/** So many deviations in a process are enough to mend them. */
let left = 100;
let documented: Promise<DocumentedAnswers> | undefined;

// A worker evaluates this once for each spec file.
if (shared[watching] !== true) {
  shared[watching] = true;
  // Fastify publishes each server that it makes, before that has routes.
  subscribe('fastify.initialization', (made) => watch((made as { fastify: FastifyInstance }).fastify));
}

function watch(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const file = process.env['RECAPITO_DEVIATIONS'];
    const route = request.routeOptions.url;
    if (file === undefined || route === undefined || request.method === 'HEAD' || undocumented.test(route))
      return payload;
    const contentType = reply.getHeader('content-type')?.toString();
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.toString() : undefined;
    const sent = { method: request.method, route, status: reply.statusCode, contentType, body };
    const deviation = (await documents()).deviationOf(sent);
    if (deviation !== undefined && left > 0) {
      left -= 1;
      appendFileSync(file, `${deviation}\n`);
    }
    return payload;
  });
}

/** Read when the first answer is sent: most specs start no server. */
function documents(): Promise<DocumentedAnswers> {
  const folder = join(import.meta.dirname, '..', '..', 'docs', 'api');
  documented ??= import('./documented-answers.ts').then(({ DocumentedAnswers: read }) => read.read(folder));
  return documented;
}
