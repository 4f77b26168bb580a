import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the page at the console's port shows while there is no console yet. */
export interface LiveState {
  /** How far the run is, in words. */
  stage: string;
  /** The suite clock, as people in Rome read it. */
  clock: string;
  /** Where `report.html` lies once there is one. */
  reportFolder: string | undefined;
}

/** Serves the live state, then the report, and links to every service's management port. Loopback only. */
export async function serveWeb(
  port: number,
  management: Readonly<Record<string, string>>,
  live: LiveState,
): Promise<Server> {
  const server = createServer((request, response) => {
    const { reportFolder } = live;
    if (request.url === '/' && reportFolder === undefined)
      return page(response, livePage(management, live), 'text/html');
    if (request.url === '/')
      return page(
        response,
        withLinks(readFileSync(join(reportFolder ?? '', 'report.html'), 'utf8'), management),
        'text/html',
      );
    if (request.url === '/report.json' && reportFolder !== undefined)
      return page(response, readFileSync(join(reportFolder, 'report.json'), 'utf8'), 'application/json');
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Qui non c’è nulla.\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function page(response: ServerResponse, content: string, type: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(content);
}

function livePage(management: Readonly<Record<string, string>>, { stage, clock }: LiveState): string {
  return `<!doctype html><html lang="it"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Recapito</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem">
<h1>Recapito</h1><p>${stage}</p><p>Orologio della prova: <b>${clock}</b></p>${links(management)}</body></html>`;
}

function withLinks(report: string, management: Readonly<Record<string, string>>): string {
  return report.replace(
    '</main>',
    `<section><h2>Servizi</h2>${links(management)}<p><a href="/report.json">report.json</a></p></section></main>`,
  );
}

function links(management: Readonly<Record<string, string>>): string {
  const items = Object.entries(management).map(
    ([name, url]) =>
      `<li>${name}: <a href="${url}/health/ready">salute</a>, <a href="${url}/openapi.json">OpenAPI</a>, <a href="${url}/metrics">metriche</a></li>`,
  );
  return `<ul>${items.join('')}</ul>`;
}
