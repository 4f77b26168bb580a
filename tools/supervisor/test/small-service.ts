// A service reduced to what a supervisor sees of it, for supervisor.int-spec.ts. Its environment says how it behaves.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { NAME = 'small', PORT, DIARY, CHARACTER = 'sound' } = process.env;
const note = (what: string): void => {
  if (DIARY) appendFileSync(DIARY, `${NAME} ${what}\n`);
};

if (CHARACTER === 'misconfigured') {
  console.error('The configuration has 1 fault');
  process.exit(2);
}

const bornAt = performance.now();
const server = createServer((request, response) => {
  const ready = CHARACTER !== 'slow' || performance.now() - bornAt > 300;
  if (request.url === '/health/ready') response.writeHead(ready ? 200 : 503).end();
  else response.writeHead(404).end();
});
server.listen(Number(PORT), '127.0.0.1', () => note('started'));

process.on('SIGTERM', () => {
  if (CHARACTER === 'deaf') return;
  note('stopped');
  process.exit(0);
});
