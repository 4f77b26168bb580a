// What the program says, in the language of whoever runs it.

/** `it` when the environment asks for Italian, `en` otherwise. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }) {
  return /^it/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'it' : 'en';
}

const help = {
  en: `Verifies an exported trace: rebuilds its Merkle tree from the entries and compares it with the signed checkpoint.

  node tools/verify-trace/main.mjs DIR [--key FILE | --public-key TEXT] [--since FILE]... [--json]

  DIR                 the folder of the trace: checkpoint, entries/, tile/
  --key FILE          the public key of the log, in a file that is not in DIR (without it: DIR.pub, beside DIR)
  --public-key TEXT   the same, given here: name+id+base64, or the 32 bytes in base64
  --since FILE        checkpoints kept from earlier, by you or by a witness: the trace may only have grown since
  --json              one JSON object instead of sentences

Exit code: 0 the trace is whole; 1 it was changed; 2 DIR is not a trace, or the key or an argument is no use.
Entries that came after the last signed checkpoint are not in the export and are protected by nothing yet.
`,
  it: `Verifica una traccia esportata: ricostruisce l'albero di Merkle dalle voci e lo confronta con il checkpoint firmato.

  node tools/verify-trace/main.mjs CARTELLA [--key FILE | --public-key TESTO] [--since FILE]... [--json]

  CARTELLA            la cartella della traccia: checkpoint, entries/, tile/
  --key FILE          la chiave pubblica del registro, in un file fuori da CARTELLA (se manca: CARTELLA.pub, accanto)
  --public-key TESTO  la stessa, scritta qui: nome+id+base64, oppure i 32 byte in base64
  --since FILE        checkpoint conservati in precedenza, da voi o da un testimone: da allora la traccia può solo crescere
  --json              un oggetto JSON al posto delle frasi

Codice di uscita: 0 la traccia è integra; 1 è stata modificata; 2 CARTELLA non è una traccia, oppure la chiave o un argomento non serve.
Le voci successive all'ultimo checkpoint firmato non sono nell'esportazione e nulla ancora le protegge.
`,
};

const sentences = {
  whole: {
    en: ({ size, origin, root }) => `Whole: ${size} entries of ${origin}, root ${root}.`,
    it: ({ size, origin, root }) => `Integra: ${size} voci di ${origin}, radice ${root}.`,
  },
  changed: {
    en: () => 'Changed: this is not what was signed.',
    it: () => 'Modificata: non è ciò che è stato firmato.',
  },
  'checkpoint-missing': { en: () => 'The checkpoint is missing.', it: () => 'Manca il checkpoint.' },
  'checkpoint-malformed': {
    en: () => 'The checkpoint is not a signed note.',
    it: () => 'Il checkpoint non è una nota firmata.',
  },
  'checkpoint-not-signed': {
    en: () => 'The checkpoint was not signed, as it stands, by the given key.',
    it: () => 'Il checkpoint, così com’è, non è stato firmato con la chiave data.',
  },
  'checkpoint-fails': {
    en: ({ file, size, from }) =>
      `Entries from ${from} to ${size - 1} are not those of the signed checkpoint of size ${size} (${file}).`,
    it: ({ file, size, from }) =>
      `Le voci da ${from} a ${size - 1} non sono quelle del checkpoint firmato di dimensione ${size} (${file}).`,
  },
  'two-trees': {
    en: ({ origin, size, one, other }) =>
      `Two different trees of ${origin} were signed at ${size} entries (${one} and ${other}).`,
    it: ({ origin, size, one, other }) =>
      `Di ${origin} sono stati firmati due alberi diversi di ${size} voci (${one} e ${other}).`,
  },
  'log-cut': {
    en: ({ origin, size, ended, file }) =>
      `The log ${origin} was declared to end at ${ended} entries, and a checkpoint of ${size} had been signed (${file}).`,
    it: ({ origin, size, ended, file }) =>
      `Il registro ${origin} è stato dichiarato chiuso a ${ended} voci, ma ne era stato firmato un checkpoint di ${size} (${file}).`,
  },
  'other-log': {
    en: ({ origin, file }) => `${file} is a checkpoint of ${origin}, which this trace does not follow.`,
    it: ({ origin, file }) => `${file} è un checkpoint di ${origin}, di cui questa traccia non è il seguito.`,
  },
  'log-ended': {
    en: ({ origin, size, root }) =>
      `The log ${origin} ended at ${size} entries, root ${root}: an operator declared this log, and the entries of the old one after a restored backup may be others.`,
    it: ({ origin, size, root }) =>
      `Il registro ${origin} è terminato a ${size} voci, radice ${root}: un operatore ha dichiarato questo registro, e dopo il ripristino di una copia le voci del precedente possono essere altre.`,
  },
  'entries-cut': {
    en: ({ file, size, signed }) =>
      `The trace has ${size} entries and had ${signed} when an earlier checkpoint was signed (${file}).`,
    it: ({ file, size, signed }) =>
      `La traccia ha ${size} voci e ne aveva ${signed} quando fu firmato un checkpoint precedente (${file}).`,
  },
  'entry-changed': {
    en: ({ index }) => `Entry ${index} does not fit: its content and its hash in the tree disagree.`,
    it: ({ index }) => `La voce ${index} non torna: il contenuto e il suo hash nell’albero non concordano.`,
  },
  'entry-malformed': {
    en: ({ index }) => `Entry ${index} does not fit: its line is not written as a trace writes it.`,
    it: ({ index }) => `La voce ${index} non torna: la sua riga non è scritta come la scrive una traccia.`,
  },
  'entry-out-of-place': {
    en: ({ index, found }) => `Entry ${index} does not fit: entry ${found} stands in its place.`,
    it: ({ index, found }) => `La voce ${index} non torna: al suo posto c’è la voce ${found}.`,
  },
  'entry-missing': {
    en: ({ index }) => `Entry ${index} is missing, and all that should follow.`,
    it: ({ index }) => `Manca la voce ${index}, con tutte quelle che dovrebbero seguire.`,
  },
  'entry-unsigned': {
    en: ({ index }) => `Entry ${index} was added: the checkpoint ends before it.`,
    it: ({ index }) => `La voce ${index} è stata aggiunta: il checkpoint finisce prima.`,
  },
  'tile-changed': {
    en: ({ path, from, until }) => `${path} was changed: its hash for entries ${from} to ${until - 1} is another one.`,
    it: ({ path, from, until }) =>
      `${path} è stato modificato: il suo hash per le voci da ${from} a ${until - 1} è un altro.`,
  },
  'tile-missing': { en: ({ path }) => `${path} is missing.`, it: ({ path }) => `Manca ${path}.` },
  'tile-length': {
    en: ({ path }) => `${path} has the wrong length.`,
    it: ({ path }) => `${path} ha una lunghezza sbagliata.`,
  },
  'day-empty': { en: ({ path }) => `${path} holds no entry.`, it: ({ path }) => `${path} non contiene voci.` },
  'file-unlisted': {
    en: ({ path }) => `${path} is no part of the signed trace.`,
    it: ({ path }) => `${path} non fa parte della traccia firmata.`,
  },
  'not-a-trace': {
    en: ({ folder }) => `${folder} is not a trace.`,
    it: ({ folder }) => `${folder} non è una traccia.`,
  },
  'no-key': {
    en: ({ file }) => `There is no public key to verify with: give --key or --public-key (looked for ${file}).`,
    it: ({ file }) =>
      `Non c’è una chiave pubblica con cui verificare: indicare --key o --public-key (cercata in ${file}).`,
  },
  'bad-key': {
    en: ({ file }) => `${file} is not a public key.`,
    it: ({ file }) => `${file} non è una chiave pubblica.`,
  },
  'key-inside': {
    en: ({ file }) => `The key ${file} lies inside the trace: it has to come from elsewhere.`,
    it: ({ file }) => `La chiave ${file} sta dentro la traccia: deve venire da altrove.`,
  },
  'bad-since': {
    en: ({ file }) => `${file} is not a checkpoint signed by the given key.`,
    it: ({ file }) => `${file} non è un checkpoint firmato con la chiave data.`,
  },
  'bad-arguments': {
    en: ({ problem }) => `${problem}. See --help.`,
    it: ({ problem }) => `${problem}. Vedere --help.`,
  },
  unreadable: {
    en: ({ problem }) => `Could not read: ${problem}.`,
    it: ({ problem }) => `Lettura non riuscita: ${problem}.`,
  },
};

/** The sentence for a fault or a verdict. */
export function say(language, { fault, ...details }) {
  return sentences[fault][language](details);
}

/** How the program is used. */
export function helpIn(language) {
  return help[language];
}
