// A relay that stops its own process (SIGSTOP) between reading and sending, and says when it stands by after it went on.
import { Relay } from '../../src/index.ts';
import { connectionFor } from '../scene.ts';
import { told } from './told.ts';

let stopped = false;
const relay = new Relay({
  ...connectionFor('mailbox', told('SPEC_NAMESPACE')),
  databaseUrl: told('SPEC_DATABASE_URL'),
  probe: (point) => {
    if (point !== 'relay.read' || stopped) return;
    stopped = true;
    process.stdout.write('stops\n');
    process.kill(process.pid, 'SIGSTOP');
  },
});
relay.start();
setInterval(() => {
  const { standby, sent } = relay.state();
  if (stopped && standby) process.stdout.write(`stands by, sent ${sent}\n`);
}, 50);
