import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '@recapito/servers';
import type { Ground } from './ground.ts';

/** A bare server of a yardstick in a process of its own, as what is measured is in one; it ends with the benchmark. */
export interface BareServer {
  readonly port: number;
  readonly pid: number | undefined;
}

/**
 * @param program a file of this folder that sends the port on which it listens to its parent
 * @throws Error when it ends or has no port
 */
export async function bareServer(
  ground: Ground,
  program: string,
  parameters: readonly string[] = [],
): Promise<BareServer> {
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const execArgv = ['--conditions=@recapito/source', '--import', hooks];
  const child = fork(join(root, 'bench', program), [...parameters], { execArgv });
  const ended = once(child, 'exit');
  ground.atEnd(async () => {
    child.kill();
    await ended;
  });
  const [port] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
  if (typeof port !== 'number' || port === 0) throw new Error(`${program} has no port`);
  return { port, pid: child.pid };
}
