// npm run corpus -- DIR: writes the whole family of certified messages, for whoever wants to test a reader of them.
import { parseArgs } from 'node:util';
import { callersPath } from '../command-line/index.ts';

const help = `npm run corpus -- DIR [--small]: writes every kind of certified mail message that there is, signed by two
fictional providers, and a manifest of what a reader must find in each.

  DIR        a folder that is new or empty
  --small    some two hundred messages instead of some two thousand; every value still occurs
  --help     this text

DIR/manifest.json   an array with one object a file:
    file, kind        its name, and what it is: accettazione, non-accettazione, non-accettazione-virus,
                      posta-certificata, presa-in-carico, avvenuta-consegna, errore-consegna, errore-consegna-virus,
                      preavviso-12h, preavviso-24h, rilevazione-virus, anomalia; the three digits before the first dash
                      of the name are one number for all that is about one message
    tipo, errore, ricevuta, mittente, destinatari [{ indirizzo, tipo }], consegna, oggetto, identificativo, msgid
                      as daticert.xml has them; of an anomaly, which has none, what its own header says; null for absent
    data              RFC 3339 with Rome's offset: the one time value of Date, daticert.xml, text and signature
    copia             true when it is the receipt of a recipient in copy
DIR/ca.pem          the authority that issued the providers' certificates, made for this folder alone
DIR/*.eml           the messages

The values come from what the messages were made of, never from reading them. Keys, and so signatures, are new each time.

Exit codes: 0 written, 1 it failed on the way, 2 the command is not understood or the folder is not usable.
`;

class NotUnderstood extends Error {}

interface Options {
  /** Null when help is asked for. */
  readonly folder: string | null;
  readonly small: boolean;
}

/** @throws NotUnderstood */
function readOptions(): Options {
  let read;
  try {
    read = parseArgs({
      options: { small: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new NotUnderstood(error instanceof Error ? error.message : String(error));
  }
  const { small, help: asked } = read.values;
  if (asked) return { folder: null, small };
  const [folder, ...others] = read.positionals;
  if (folder === undefined || folder === '') throw new NotUnderstood('the folder is missing');
  if (others.length > 0) throw new NotUnderstood(`one folder is written, and there are more: ${others.join(', ')}`);
  // npm runs scripts in the repository's root; the folder is meant from where the caller stands.
  return { folder: callersPath(folder), small };
}

async function write(folder: string, small: boolean): Promise<void> {
  const { claimFolder, writeCorpus } = await import('./write-corpus.ts');
  const { fewLegalMessages, legalMessages } = await import('./legal-messages.ts');
  const { furtherMessages } = await import('./further-messages.ts');
  await claimFolder(folder);
  const begin = performance.now();
  let told = begin;
  const messages = [...(small ? fewLegalMessages() : legalMessages()), ...furtherMessages()];
  const manifest = await writeCorpus(folder, messages, (count) => {
    if (performance.now() - told < 1_000) return;
    told = performance.now();
    console.log(`${count} messages`);
  });
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  console.log(`${manifest.length} messages, manifest.json and ca.pem are in ${folder} (${seconds} s)`);
}

async function main(): Promise<number> {
  try {
    const { folder, small } = readOptions();
    if (folder === null) process.stdout.write(help);
    else await write(folder, small);
    return 0;
  } catch (error) {
    if (error instanceof NotUnderstood) {
      console.error(`${error.message}\n\n${help}`);
      return 2;
    }
    if (error instanceof Error && error.name === 'FolderUnusable') {
      console.error(error.message);
      return 2;
    }
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

process.exitCode = await main();
