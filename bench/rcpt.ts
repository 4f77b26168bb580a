import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { percentile, rounded } from './figures.ts';
import { bareServer } from './forked-server.ts';
import type { Ground } from './ground.ts';
import { mailStage } from './mail-stage.ts';
import { countProcessorTime } from './processor-time.ts';
import { SmtpDialog } from './smtp-dialog.ts';

const commands = { full: 40_000, small: 600 };

const clients = 4;

/** Commands of one transaction. */
const inATransaction = 100;

/** A sender of the programme’s, and for whom it may be: a box of ours, a name that only the delivery will judge, nobody’s. */
const sender = 'protocollo@pec.comune.borgovento.example';
const recipients = [
  { address: 'urp@pec.provincia.valchiara.example', code: 250 },
  { address: 'qualcuno@pec.comune.borgovento.example', code: 250 },
  { address: 'qualcuno@posta.example', code: 550 },
] as const;

export const rcpt: Benchmark = {
  name: 'rcpt',
  ours: 'p99 of RCPT at the incoming point of certified-mail: whose box is it, who may write to it',
  yardstick: 'the same by a bare smtp-server in a process of its own that says yes to everybody',
  unit: 'ms',
  better: 'less',
  mark: 'ours at most 1.5 x yardstick',
  reached: ({ ours, yardstick }) => ours <= 1.5 * yardstick,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const count = commands[size];
  const { ground, stage } = await mailStage(occasion);
  says('certified-mail');
  // The bound on commands without a message is for strangers; what is measured is the answer to one.
  const environment = { RECAPITO_SMTP_COMMANDS: '1000000' };
  const supervisor = await stage.start({ names: ['certified-mail'], abort, environment });
  ground.atEnd(() => supervisor.stop());
  const ours = await connected(stage.ports.smtp, ground);
  const constant = await bareServer(ground, 'constant-smtp-server.ts');
  const bare = await connected(constant.port, ground);
  const always = recipients.map(({ address }) => ({ address, code: 250 }));
  // Both have compiled what they run before the first run.
  await asked(ours, recipients, Math.min(count, 4_000));
  await asked(bare, always, Math.min(count, 4_000));
  const measured = async (name: string, pid: number | undefined, work: () => Promise<number[]>) => {
    const used = countProcessorTime({ [name]: pid }, 'clients');
    const times = await work();
    says(`median ${rounded(percentile(times, 50))} ms; processor time a command: ${used(times.length)}`);
    return percentile(times, 99);
  };
  return {
    ours: () => measured('certified-mail', supervisor.pids['certified-mail'], () => asked(ours, recipients, count)),
    yardstick: () => measured('bare server', constant.pid, () => asked(bare, always, count)),
  };
}

async function connected(port: number, ground: Ground): Promise<SmtpDialog[]> {
  const dialogs = await Promise.all(Array.from({ length: clients }, () => SmtpDialog.open(port)));
  ground.atEnd(async () => dialogs.forEach((dialog) => dialog.close()));
  return dialogs;
}

/**
 * Asks about recipients on every connection at a time, in transactions that end without a message.
 * @returns milliseconds from a command to its reply, one for each
 * @throws Error when a reply is not the expected one
 */
async function asked(
  dialogs: readonly SmtpDialog[],
  about: readonly { readonly address: string; readonly code: number }[],
  count: number,
): Promise<number[]> {
  const times: number[] = [];
  const each = dialogs.map(async (dialog) => {
    for (let nth = 0; nth < count / dialogs.length; nth += 1) {
      if (nth % inATransaction === 0) {
        await dialog.expect(250, 'RSET');
        await dialog.expect(250, `MAIL FROM:<${sender}>`);
      }
      const recipient = about[nth % about.length];
      if (recipient === undefined) throw new RangeError('there is nobody to ask about');
      const begin = performance.now();
      await dialog.expect(recipient.code, `RCPT TO:<${recipient.address}>`);
      times.push(performance.now() - begin);
    }
  });
  await Promise.all(each);
  return times;
}
