// A bare SMTP server that says yes to every command: what the one of certified-mail is measured beside. Its port goes to
// the parent process.
import { SMTPServer } from 'smtp-server';

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  hideENHANCEDSTATUSCODES: true,
  onMailFrom: (_address, _session, callback) => callback(),
  onRcptTo: (_address, _session, callback) => callback(),
});

const listening = server.listen(0, '127.0.0.1', () => {
  const address = listening.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
