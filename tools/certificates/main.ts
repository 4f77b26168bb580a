// npm run certificates -- DIR: a private authority and certificates, for a rehearsal or a trial with TLS between the parts.
import { callersPath, exitCodeOf, Refused } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { innerParts, makeInnerCertificates } from '@recapito/installation';

const help = `npm run certificates -- DIR: a private authority (ca.pem, ca.key) and a certificate with its key for each part of an
installation (${innerParts.slice(0, 5).join(', ')},
${innerParts.slice(5).join(', ')}), by which they know each other over TLS. Files that are there stay.
For rehearsals and trials: whoever has ca.key can pretend to be any part. In production let the authority of your house
sign certificates, whose key lies on no machine of the suite.

  --host NAME   a name or an IPv4 address by which parts are called, beside their own; may be given several times
                (localhost and 127.0.0.1 when left out)
  --help        this text

Exit codes: 0 done, 2 refused.
`;

const options = {
  host: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new Refused(`one folder is wanted\n\n${help}`);
  const { host: hosts } = values;
  const made = await makeInnerCertificates({ folder: callersPath(folder), ...(hosts && { hosts }), now: new Date() });
  console.log(made.length === 0 ? 'all certificates are there' : `made ${made.join(', ')}`);
}

process.exitCode = await exitCodeOf({ options, help, run });
