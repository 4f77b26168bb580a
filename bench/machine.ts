import { cpus, loadavg, totalmem } from 'node:os';

/** On what a figure was measured: figures of two machines say nothing of each other, their ratios may. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly cpu: string;
  /** How many were running or waiting for a core, on average over the minute before the benchmark began. */
  readonly load: number;
  readonly node: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    cpu: processors[0]?.model.trim() || process.arch,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.versions.node,
  };
}
