import { join } from 'node:path';
import { migrate } from '@recapito/database';
import type { PrismaClientLike } from '@recapito/database';
import { freePort } from '@recapito/servers';
import { childProcess } from './child-process.ts';
import { freshDatabase } from './fresh-database.ts';
import type { ServiceStage } from './service-stage.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const sources = join(repository, 'apps', 'certified-mail', 'src');

/** Makes an authority, and certificates of the shipped providers, in the secrets of a stage. */
export async function writeProviders(stage: { readonly secrets: string }): Promise<void> {
  const given = ['--out', join(stage.secrets, 'providers')];
  given.push('--providers', join(repository, 'programmes', 'providers'));
  await childProcess(join(sources, 'development-authority', 'main.ts'), { arguments: given }).exited();
}

/**
 * Starts the real certified-mail in a process of its own beside the service of a stage; it ends with the stage.
 * @param lmtpPort where its mail store listens
 * @returns its addresses, once it is ready
 */
export async function startCertifiedMail<Client extends PrismaClientLike>(
  stage: ServiceStage<Client>,
  { lmtpPort }: { readonly lmtpPort: number },
): Promise<{ readonly url: string; readonly management: string }> {
  const database = await freshDatabase({ app: 'certified-mail', migrate });
  const [port, management] = [await freePort(), await freePort()];
  const environment = {
    ...(await stage.environment()),
    ...(await stage.brokerFor('certified-mail')),
    RECAPITO_DATABASE_URL: database.url,
    RECAPITO_PORT: String(port),
    RECAPITO_MANAGEMENT_PORT: String(management),
    RECAPITO_LMTP_PORT: String(lmtpPort),
    RECAPITO_SMTP_PORT: '0',
    RECAPITO_SMTPS_PORT: '0',
    RECAPITO_SUBMISSION_PORT: '0',
    RECAPITO_LOG_LEVEL: 'info',
  };
  const child = childProcess(join(sources, 'main.ts'), { environment });
  stage.onEnd(async () => {
    await child.cleanUp();
    await database.drop();
  });
  await child.line(/"message":"ready"/);
  return { url: `http://127.0.0.1:${port}`, management: `http://127.0.0.1:${management}` };
}
