// Builds the React application of an app into apps/APP/web/dist: files named after their content, compressed beside themselves.
import { join } from 'node:path';
import { build } from 'vite';

const help = `node tools/build/web.mjs APP: builds apps/APP/web with its vite.config.mjs into apps/APP/web/dist

npm start and npm test do this by themselves when a source has changed.`;

const [app] = process.argv.slice(2);
if (app === undefined || app === '--help') console.log(help);
else {
  const web = join(import.meta.dirname, '..', '..', 'apps', app, 'web');
  await build({ configFile: join(web, 'vite.config.mjs'), logLevel: 'warn' });
}
