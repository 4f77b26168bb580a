import { auditIngest } from './audit-ingest.ts';
import type { Benchmark } from './benchmark.ts';
import { consoleList } from './console-list.ts';
import { consume } from './consume.ts';
import { logins } from './logins.ts';
import { moves } from './moves.ts';
import { outboxLag } from './outbox-lag.ts';
import { phaseSwitch } from './phase-switch.ts';
import { rcpt } from './rcpt.ts';
import { receipts } from './receipts.ts';
import { sign } from './sign.ts';
import { smtpChain } from './smtp-chain.ts';
import { start } from './start.ts';
import { underAttack } from './under-attack.ts';

/** In the order in which they are listed and measured. */
export const benchmarks: readonly Benchmark[] = [
  moves,
  outboxLag,
  consume,
  auditIngest,
  phaseSwitch,
  logins,
  start,
  sign,
  receipts,
  rcpt,
  smtpChain,
  consoleList,
  underAttack,
];
