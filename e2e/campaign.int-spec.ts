import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import PostalMime from 'postal-mime';
import type { ListedMove } from '../tools/rehearsal/campaign-desk.ts';
import { textOfOriginal } from '../tools/rehearsal/citizen/announcement.ts';
import { chosenBy } from '../tools/rehearsal/citizen/inventions.ts';
import { inInbox, messagesAbout } from '../tools/rehearsal/citizen/mail-client.ts';
import type { Outcome } from '../tools/rehearsal/rehearse.ts';
import { root } from '@recapito/servers';
import { SpecSuite } from './a-suite.ts';
import { addresses, comparable, expected, firstLoad } from './expected.ts';
import { heldAndReleased } from './held-box.ts';
import { runProgram } from './programs.ts';
import { loadAgain, type SecondLoad } from './second-load.ts';
import { foundInDatabases, foundInFiles, foundInTrace, secretsOf } from './secrets.ts';
import { swaks } from './swaks.ts';
import { factIdsIn } from './trace-facts.ts';

let stage: SpecSuite;
let outcome: Outcome;
let second: SecondLoad;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'recapito-e2e-scratch-'));
  stage = await SpecSuite.start();
  let loadingAgain: Promise<SecondLoad> | undefined;
  outcome = await stage.campaign({
    clock: (at) => {
      if (at > stage.plan.imports) loadingAgain ??= loadAgain(stage);
    },
  });
  if (loadingAgain === undefined) throw new Error('the clock never moved');
  second = await loadingAgain;
}, 900_000);

afterAll(async () => {
  await stage?.end();
  rmSync(scratch, { recursive: true });
});

const saved = (codiceFiscale: string, name: string) => join(stage.savedFolder, codiceFiscale, name);

describe('the campaign of 2010 with one person for each behaviour', () => {
  test('keeps every promise and ends for each as they behaved', () => {
    expect(outcome.broken).toEqual([]);
    expect(comparable(outcome.report)).toEqual(expected);
    expect(outcome.report.trace.verified).toBe(true);
    expect(Object.values(outcome.report.restarts)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(stage.deaths).toEqual([]);
  });

  test('gives nobody a box later than 24 hours after the confirmation', () => {
    expect(outcome.report.sla.worstHours).toBeLessThanOrEqual(24);
  });

  test('names whom the scenario knows and the cohort does not', () => {
    expect(outcome.unknownPersons).toEqual(['VRDGLI90E43Z112U']);
  });

  test('writes down what it answered', () => {
    expect(JSON.parse(readFileSync(join(stage.reportFolder, 'report.json'), 'utf8'))).toEqual(outcome.report);
  });

  test('leaves out one row, and says where it stands, what is wrong with it, and what was in it', () => {
    expect(readFileSync(join(stage.reportFolder, 'scarti.csv'), 'utf8')).toBe(
      [
        'riga,campo,codice,messaggio,codice_fiscale,cognome,nome,sesso,data_nascita,comune_nascita,casella_inps,sede_riconoscimento,operatore_riconoscimento,data_riconoscimento,email_ordinaria,cellulare,indirizzo',
        '15,data_nascita,data-impossibile,Il giorno 1968-02-30 non esiste nel calendario.,SRRMRC68B28L219L,Serra,Marco,M,1968-02-30,L219,SRRMRC68B28L219L@inpspec.gov.it,INPS Roma Centro,OP0046,2009-11-02,,3000000232,"Via delle Prove 232, 00100 Roma"',
        '',
      ].join('\r\n'),
    );
  });
});

describe('the same cohort a second time, while people move', () => {
  test('changes nobody and nothing: every row is unchanged, the wrong one is still wrong', () => {
    expect(second.before.cohort).toEqual(firstLoad);
    expect(second.after.cohort).toEqual({ rows: 16, accepted: 0, rejected: 1, unchanged: 15 });
    expect(second.after.moves.planned).toBe(15);
    const reserved = ({ codiceFiscale, from, to }: ListedMove) => ({ codiceFiscale, from, to });
    expect(second.movesAfter.map(reserved)).toEqual(second.movesBefore.map(reserved));
    expect(second.rejects).toMatch(/^riga,campo[^\n]*\n15,data_nascita,data-impossibile,/);
  });

  test('as the same request is the same load', () => {
    expect(second.rejectsOfRepeatedRequest).toBe(readFileSync(join(stage.reportFolder, 'scarti.csv'), 'utf8'));
  });
});

describe('the announcement', () => {
  let text: string;

  beforeAll(async () => {
    text = await textOfOriginal(readFileSync(saved('RSSMRA70A01F205V', 'annuncio.eml')));
    text = text.replaceAll(/\s+/g, ' ');
  });

  test.each([
    ['the user id', /Nome utente: mario\.rossi2@postacertificata\.gov\.it /, /User id: mario\.rossi2@postacertificata/],
    ['the password', /Password di primo accesso: [A-Z0-9]{12} /, /First-access password: [A-Z0-9]{12} /],
    ['the last day', /entro e non oltre il 15 settembre 2010/, /not later than 15 September 2010/],
    ['that the box comes within a day', /entro 24 ore dalla conferma/, /within 24 hours of the confirmation/],
    ['that nothing is typed again', /Non deve inserire di nuovo i Suoi dati/, /need not type your personal data again/],
    ['that no post office is needed', /non deve andare in un ufficio postale/, /need not go to a post office/],
    [
      'what becomes of the old address',
      /vecchio indirizzo rssmra70a01f205v@inpspec\.gov\.it si perde/,
      /old address rssmra70a01f205v@inpspec\.gov\.it is lost/,
    ],
    ['that one may let it lapse', /può lasciare scadere il termine/, /may let the term lapse/],
    ['six steps', /1\. .* 2\. .* 3\. .* 4\. .* 5\. .* 6\. Confermi/, /1\. .* 2\. .* 3\. .* 4\. .* 5\. .* 6\. Confirm/],
  ])('says %s, in Italian and in English', (_, italian, english) => {
    expect(text).toMatch(italian);
    expect(text).toMatch(english);
  });
});

describe('an envelope that a citizen saved', () => {
  const providers = join(root, '.recapito', 'secrets', 'providers');
  const authority = join(providers, 'authority.pem');
  /** The instant of the import, at which the chain is judged. */
  const announced = String(Date.UTC(2010, 7, 2, 7) / 1000);

  const verify = (message: string, ...more: string[]) =>
    runProgram('openssl', 'cms', '-verify', '-in', message, '-CAfile', authority, '-attime', announced, ...more);

  test('is verified by openssl, and signed by the provider of the box that it was sent from', async () => {
    const signer = join(scratch, 'signer.pem');
    for (const [name, provider] of [
      ['annuncio.eml', 'inps.pem'],
      ['benvenuto.eml', 'postacertificata.pem'],
    ] as const) {
      const message = saved('BNCNNA85T71F205P', name);
      const { code, errors } = await verify(message, '-out', join(scratch, 'content'), '-signer', signer);
      expect([code, errors]).toEqual([0, 'CMS Verification successful\n']);
      const fingerprint = async (file: string) =>
        (await runProgram('openssl', 'x509', '-in', file, '-noout', '-fingerprint', '-sha256')).out;
      expect(await fingerprint(signer)).toBe(await fingerprint(join(providers, provider)));
    }
  });

  test('is no longer verified when one character of it is another', async () => {
    const changed = join(scratch, 'changed.eml');
    const message = readFileSync(saved('BNCNNA85T71F205P', 'annuncio.eml'), 'latin1');
    writeFileSync(changed, message.replace('Nome utente: anna', 'Nome utente: anno'), 'latin1');
    const { code, errors } = await verify(changed, '-out', '/dev/null');
    expect(code).not.toBe(0);
    expect(errors).toMatch(/digest|Verification failure/i);
  });

  test('is not verified by an authority that did not sign', async () => {
    const message = saved('BNCNNA85T71F205P', 'annuncio.eml');
    const stranger = join(providers, 'enti.pem');
    const { code } = await runProgram(
      'openssl',
      'cms',
      '-verify',
      '-in',
      message,
      '-CAfile',
      stranger,
      '-out',
      '/dev/null',
    );
    expect(code).not.toBe(0);
  });

  test('carries certification data that are valid by their DTD', async () => {
    const { attachments } = await PostalMime.parse(readFileSync(saved('DNGNCL88M09F839W', 'annuncio.eml')));
    const certification = attachments.find(({ filename }) => filename === 'daticert.xml');
    const content = Buffer.from(certification?.content as ArrayBuffer).toString();
    const file = join(scratch, 'daticert.xml');
    const dtd = join(root, 'libs', 'rfc6109', 'daticert.dtd');
    writeFileSync(file, content);
    expect(await runProgram('xmllint', '--noout', '--dtdvalid', dtd, file)).toMatchObject({ code: 0 });
    expect(content).toMatch(/<postacert tipo="posta-certificata"/);
    expect(content).toMatch(/<mittente>pec\.cittadini@inpspec\.gov\.it<\/mittente>/);
    expect(content).toMatch(/<giorno>02\/08\/2010<\/giorno>\s*<ora>09:00:00<\/ora>/);
    writeFileSync(file, content.replace(/<mittente>.*?<\/mittente>/, ''));
    expect((await runProgram('xmllint', '--noout', '--dtdvalid', dtd, file)).code).not.toBe(0);
  });
});

describe('the exported trace', () => {
  const verifyTrace = (folder: string) =>
    runProgram(process.execPath, join(root, 'tools', 'verify-trace', 'main.mjs'), folder, '--json');

  /** A copy of the trace beside a copy of its public key. */
  function copy(name: string): string {
    const folder = join(scratch, name);
    cpSync(join(stage.reportFolder, 'trace'), folder, { recursive: true });
    cpSync(join(stage.reportFolder, 'trace.pub'), `${folder}.pub`);
    return folder;
  }

  test('is whole', async () => {
    expect(await verifyTrace(copy('whole'))).toMatchObject({ code: 0 });
  });

  test('is not whole when one byte of one entry is another', async () => {
    const folder = copy('flipped');
    const file = join(folder, 'entries', '2010-08-10.ndjson');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"value":"') + '"value":"'.length + 10;
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    writeFileSync(file, bytes);
    const { index } = JSON.parse(bytes.toString().split('\n')[0] ?? '') as { index: number };
    expect(await verifyTrace(folder)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`"faults":[{"fault":"entry-changed","index":${index}}]`),
    });
  });

  test('is not whole without its checkpoint, and a folder of something else is no trace', async () => {
    const folder = copy('headless');
    rmSync(join(folder, 'checkpoint'));
    expect((await verifyTrace(folder)).code).toBe(1);
    expect((await verifyTrace(stage.savedFolder)).code).toBe(2);
  });

  test('holds each fact once', () => {
    const ids = factIdsIn(join(stage.reportFolder, 'trace'));
    expect(ids).toHaveLength(outcome.report.trace.entries);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a mail client that is not ours', () => {
  const [box, codiceFiscale] = ['anna.bianchi@postacertificata.gov.it', 'BNCNNA85T71F205P'];
  const { password } = chosenBy(codiceFiscale);

  test('sends for a citizen from the new box, and the receipts lie in it', async () => {
    const message = { from: box, to: stage.plan.writesTo, subject: 'Da un altro programma', password };
    const accepted = expect.stringMatching(/250 2\.6\.0 \S+@postacertificata\.gov\.it accettato/);
    expect(await swaks(stage.suite, message)).toMatchObject({ code: 0, out: accepted });
    const lies = async (about: string) =>
      await inInbox(stage.suite.mail, box, password, async (inbox) => (await messagesAbout(inbox, about)).length === 1);
    for (const kind of ['ACCETTAZIONE', 'CONSEGNA']) await eventually(() => lies(`${kind}: Da un altro programma`));
  });

  test('is sent away while its box is held for abuse, of which its holder hears elsewhere, until two operators release it', async () => {
    const seen = await heldAndReleased(stage.suite, { address: box, password, codiceFiscale }, stage.plan.writesTo);
    expect(seen.told).toHaveLength(1);
    expect(seen.whileHeld).toMatch(/450 4\.7\.1 .*ABUSE-HELD/);
    expect(seen.afterwards).toMatch(/250 2\.6\.0 \S+@postacertificata\.gov\.it accettato/);
  });
});

describe('PINs and passwords', () => {
  let secrets: string[];
  const cluster = () => stage.suite.servers.environment['RECAPITO_POSTGRES_URL'] ?? '';

  beforeAll(async () => {
    // Everybody who has opened the announcement: all but those who never came or only looked at the portal.
    const read = addresses.filter(
      ({ codiceFiscale }) => !['BRNGSI54E27L424J', 'BRNNMR39C46A662V'].includes(codiceFiscale),
    );
    const all = read.map(({ codiceFiscale }) =>
      secretsOf(codiceFiscale, {
        captured: stage.suite.captured,
        announcement: readFileSync(saved(codiceFiscale, 'annuncio.eml')),
      }),
    );
    secrets = (await Promise.all(all)).flat();
  });

  test('are five for each who read the announcement, and no two alike', () => {
    expect(secrets).toHaveLength(13 * 5);
    expect(new Set(secrets).size).toBe(13 * 5);
  });

  test('stand in no table of any service', async () => {
    expect(await foundInDatabases(cluster(), secrets)).toEqual([]);
    // What does stand there is found.
    expect((await foundInDatabases(cluster(), ['mario.rossi2@postacertificata.gov.it'])).length).toBeGreaterThan(2);
  });

  test('stand in no entry of the trace', () => {
    const trace = join(stage.reportFolder, 'trace');
    expect(foundInTrace(trace, secrets)).toEqual([]);
    expect(foundInTrace(trace, ['mario.rossi2@postacertificata.gov.it']).length).toBeGreaterThan(2);
  });

  test('stand in no topic, log, spool, receipt or other file of a service', () => {
    const { folder, savedFolder } = stage;
    // Where they are meant for their owner: the letters sent out, the box itself, what its owner saved.
    const theirs = [join(folder, 'services', 'notification', 'captured'), savedFolder];
    const inOwnBox = /\/store\/.*inpspec\.gov\.it\/[a-z]{6}[0-9a-z]{10}\//;
    const except = (path: string) => theirs.some((place) => path.startsWith(`${place}/`)) || inOwnBox.test(path);
    expect(foundInFiles(folder, secrets, except)).toEqual([]);
    expect(foundInFiles(folder, ['mario.rossi2@postacertificata.gov.it'], except).length).toBeGreaterThan(2);
    // The announcement in its owner's box is found by the same search.
    expect(foundInFiles(folder, secrets, (path) => !inOwnBox.test(path)).length).toBeGreaterThan(12);
  });
});
