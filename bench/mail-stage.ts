import { dovecot } from '../tools/servers/index.ts';
import { prepareProviders, prepareStore } from '../tools/suite/preparations.ts';
import type { Occasion } from './benchmark.ts';
import { Ground } from './ground.ts';
import { noon } from './noted.ts';
import { Stage } from './services.ts';

/** Where certified mail is measured: servers, providers with their keys, the clock at noon. No service runs yet. */
export async function mailStage(occasion: Occasion): Promise<{ readonly ground: Ground; readonly stage: Stage }> {
  const ground = await Ground.open(occasion, ['postgres', 'kafka', 'redis']);
  const stage = await Stage.make(ground);
  await prepareProviders(stage.secrets);
  await stage.setClock(noon);
  return { ground, stage };
}

/** The same with a mail store that runs, and its folder. */
export async function mailStageWithStore(occasion: Occasion) {
  const { ground, stage } = await mailStage(occasion);
  const store = await prepareStore(ground.run.path, stage.ports);
  await ground.servers.start(dovecot({ configuration: store.configuration, port: stage.ports.lmtp }));
  return { ground, stage, store: store.folder };
}
