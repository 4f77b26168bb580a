// `npm run gallery`: pictures of the console's pages for docs/console, from a rehearsal that is running.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { root } from '@recapito/servers';
import { activatedBox, operatorPictures, signedInPage } from './operator-pages.ts';

const help = `npm run gallery -- [ADDRESS]: takes the pictures of docs/console from the console at ADDRESS

  ADDRESS    default http://127.0.0.1:4000/: where npm start has it
  --run DIR  the folder of that run, whose operator signs in: the pages of operators, too
  --only NAME  one picture: campaign, campaign-narrow, report, operator-home, operator-box, operator-person, operator-message
  --help     this text

The campaign is best taken in its middle, the report and the pages of operators when the run is over. Needs Debian's Chromium.
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

async function takePictures(base: string, names: readonly string[], run: string | undefined): Promise<void> {
  const folder = join(root, 'docs', 'console');
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const name of names.filter((each) => !(each in operatorPictures))) {
      const picture = pictures[name];
      if (picture === undefined) throw new Error(`there is no picture ${name}: ${Object.keys(pictures).join(', ')}`);
      const page = await (await browser.newContext({ ...picture.context, reducedMotion: 'reduce' })).newPage();
      await page.goto(`${base}${picture.path}`);
      await page.getByText(picture.sign).waitFor();
      await page.locator('.curve svg').first().waitFor();
      await page.screenshot({ path: join(folder, `${name}.png`) });
      console.log(`docs/console/${name}.png`);
    }
    if (run !== undefined) await takeOperatorPictures(browser, base, run, names);
  } finally {
    await browser.close();
  }
}

async function takeOperatorPictures(
  browser: Browser,
  base: string,
  run: string,
  names: readonly string[],
): Promise<void> {
  const page = await signedInPage(browser, base, run);
  // Where people reach the console: whoever signed in has a cookie for that host alone.
  const place = { base: new URL('/', page.url()).href, address: await activatedBox(base) };
  for (const [name, { reach, sign }] of Object.entries(operatorPictures)) {
    if (!names.includes(name)) continue;
    await reach(page, place);
    await page.getByText(sign).first().waitFor();
    await page.screenshot({ path: join(root, 'docs', 'console', `${name}.png`) });
    console.log(`docs/console/${name}.png`);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, run: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) process.stdout.write(help);
else {
  const [address = 'http://127.0.0.1:4000/'] = positionals;
  const all = [...Object.keys(pictures), ...Object.keys(operatorPictures)];
  await takePictures(new URL(address).href, values.only === undefined ? all : [values.only], values.run);
}
