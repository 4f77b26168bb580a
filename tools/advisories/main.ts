// npm run advisories: asks the registry for published weaknesses of the packages that package-lock.json names.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { exitCodeOf, Refused } from '../command-line/index.ts';
import { root } from '@recapito/servers';
import { isGrave, readAudit } from './read-audit.ts';

const help = `npm run advisories: asks the registry of npm for published weaknesses of the packages in package-lock.json.

  npm run advisories                all packages
  npm run advisories -- --shipped   without those that only developers need

Exit codes: 0 no grave one is known, 1 a package has one (high or critical), 2 the registry does not answer, so that
nothing is known.
`;

const options = {
  shipped: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function audit(shipped: boolean): Promise<string> {
  const parameters = ['audit', '--json', ...(shipped ? ['--omit=dev'] : [])];
  // npm ends with 1 when it found something, and when nobody answered: what it prints says which.
  const child = spawn('npm', parameters, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  return text(child.stdout);
}

let grave = false;
const code = await exitCodeOf({
  options,
  help,
  run: async ({ values }) => {
    const found = readAudit(await audit(values.shipped));
    if ('failure' in found)
      throw new Refused(
        `The registry gives no advisories (${found.failure}): nothing was checked, and nothing is known.`,
      );
    for (const { name, severity, because } of found) console.log(`${severity}: ${name}: ${because.join('; ')}`);
    console.log(
      found.length === 0 ? 'No advisory concerns a package of package-lock.json.' : `${found.length} packages`,
    );
    grave = found.some(isGrave);
  },
});
process.exitCode = grave ? 1 : code;
