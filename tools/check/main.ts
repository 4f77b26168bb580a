import { checks } from './checks.ts';

const help = `npm run check: format, lint with types, boundaries, where header fields are written, exports that nobody imports, event codes of log lines, the HTTP statuses of refusals, the map of the rules, the specs that pages name, the documents of the events, and those of the routes.
  npm run check               all of them
  npm run check -- NAME...    only these: ${checks.map((check) => check.name).join(', ')}`;

const asked = process.argv.slice(2);
if (asked.includes('--help')) {
  console.log(help);
} else {
  const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    console.error(`There is no check called ${unknown.join(', ')}.\n${help}`);
    process.exitCode = 2;
  } else {
    for (const check of checks.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
      const faults = await check.run();
      console.log(faults.length === 0 ? `ok    ${check.name}` : `FAIL  ${check.name}\n${faults.join('\n')}`);
      if (faults.length > 0) process.exitCode = 1;
    }
  }
}
