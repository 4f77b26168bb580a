// The container engine of this machine, asked for only when servers are wanted in containers.
import { connect } from 'node:net';
import { hostname } from 'node:os';
import type { ContainerRuntimeClient } from 'testcontainers';
import { InfraRefused } from './infra.ts';
import { identify, isAlive } from './processes.ts';

/** What is said to whoever asks for containers where no engine answers. */
class NoEngine extends InfraRefused {
  constructor(options?: ErrorOptions) {
    const address = process.env['DOCKER_HOST'];
    super(
      `RECAPITO_INFRA=containers: no container engine answers${address ? ` at ${address} (DOCKER_HOST)` : ''}. ` +
        'Start Docker or Podman, or leave RECAPITO_INFRA out: the servers then run without containers.',
      options,
    );
  }
}

/** The engine. @throws NoEngine when none answers; an address in DOCKER_HOST means that one and no other */
export async function containerEngine(): Promise<ContainerRuntimeClient> {
  // What a killed run has left is found by its labels; nobody else has to watch our containers.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  try {
    if (process.env['DOCKER_HOST']) await answers(new URL(process.env['DOCKER_HOST']));
    const { getContainerRuntimeClient } = await import('testcontainers');
    return await getContainerRuntimeClient();
  } catch (cause) {
    throw new NoEngine({ cause });
  }
}

async function answers({ protocol, pathname, hostname: host, port }: URL): Promise<void> {
  const socket = protocol === 'unix:' ? connect(pathname) : connect(Number(port), host);
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(3_000, () => reject(new Error('the engine does not answer')));
    socket.once('connect', resolve);
    socket.once('error', reject);
  }).finally(() => socket.destroy());
}

const machineLabel = 'recapito.machine';
const supervisorLabel = 'recapito.supervisor';

/** What our containers carry: who started them, so that whoever comes later can tell whether anybody still needs them. */
export function ourLabels(): Record<string, string> {
  const me = identify(process.pid);
  return { [machineLabel]: hostname(), [supervisorLabel]: `${me?.pid}:${me?.startTime}` };
}

/** Removes the containers that runs of this machine have left whose process was killed, and no others. */
export async function removeLeftContainers({ container }: ContainerRuntimeClient): Promise<void> {
  const ours = await container.dockerode.listContainers({
    all: true,
    filters: { label: [`${machineLabel}=${hostname()}`, supervisorLabel] },
  });
  const left = ours.filter(({ Labels }) => {
    const [pid = 0, startTime = 0] = (Labels[supervisorLabel] ?? '').split(':').map(Number);
    return !isAlive({ pid, startTime });
  });
  await Promise.all(left.map(({ Id }) => container.getById(Id).remove({ force: true, v: true }).catch(unlessGone)));
}

/** Two may remove at once; that it is gone already is as good. */
export function unlessGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
