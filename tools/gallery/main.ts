// `npm run gallery`: pictures of the console's pages for docs/console, from a rehearsal that is running.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { BrowserContextOptions } from 'playwright-core';
import { root } from '../servers/index.ts';

const help = `npm run gallery -- [ADDRESS]: takes the pictures of docs/console from the console at ADDRESS

  ADDRESS    default http://127.0.0.1:4000/: where npm start has it
  --only NAME  one picture: campaign, campaign-narrow, report
  --help     this text

The campaign is best taken in its middle, the report when the run is over. Needs Debian's Chromium.
`;

interface Picture {
  readonly path: string;
  /** Seen on the page before the picture is taken. */
  readonly sign: string;
  readonly context: BrowserContextOptions;
}

const pictures: Readonly<Record<string, Picture>> = {
  campaign: {
    path: '',
    sign: 'Health of the services',
    context: { locale: 'en-GB', viewport: { width: 1120, height: 1000 } },
  },
  'campaign-narrow': {
    path: '',
    sign: 'Salute dei servizi',
    context: { locale: 'it-IT', colorScheme: 'dark', viewport: { width: 375, height: 900 } },
  },
  report: {
    path: 'resoconto',
    sign: 'Root of the tree',
    context: { locale: 'en-GB', viewport: { width: 1120, height: 1000 } },
  },
};

async function takePictures(base: string, names: readonly string[]): Promise<void> {
  const folder = join(root, 'docs', 'console');
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const name of names) {
      const picture = pictures[name];
      if (picture === undefined) throw new Error(`there is no picture ${name}: ${Object.keys(pictures).join(', ')}`);
      const page = await (await browser.newContext({ ...picture.context, reducedMotion: 'reduce' })).newPage();
      await page.goto(`${base}${picture.path}`);
      await page.getByText(picture.sign).waitFor();
      await page.waitForFunction('document.querySelector(".curve svg") !== null');
      await page.screenshot({ path: join(folder, `${name}.png`) });
      console.log(`docs/console/${name}.png`);
    }
  } finally {
    await browser.close();
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) process.stdout.write(help);
else {
  const [address = 'http://127.0.0.1:4000/'] = positionals;
  await takePictures(new URL(address).href, values.only === undefined ? Object.keys(pictures) : [values.only]);
}
