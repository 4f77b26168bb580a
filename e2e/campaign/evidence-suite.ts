import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '@recapito/servers';
import PostalMime from 'postal-mime';
import { addresses } from '../expected.ts';
import { runProgram } from '../programs.ts';
import { foundInDatabases, foundInFiles, foundInTrace, secretsOf } from '../secrets.ts';
import { saved } from './campaign-run.ts';
import type { CampaignRun } from './campaign-run.ts';

/** What a campaign has left for whoever looks at it later: envelopes, trace, and no secret. */
export function evidenceSuite(run: () => CampaignRun): void {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'recapito-e2e-scratch-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

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
        const message = saved(run(), 'BNCNNA85T71F205P', name);
        const { code, errors } = await verify(message, '-out', join(scratch, 'content'), '-signer', signer);
        expect([code, errors]).toEqual([0, 'CMS Verification successful\n']);
        const fingerprint = async (file: string) =>
          (await runProgram('openssl', 'x509', '-in', file, '-noout', '-fingerprint', '-sha256')).out;
        expect(await fingerprint(signer)).toBe(await fingerprint(join(providers, provider)));
      }
    });

    test('is no longer verified when one character of it is another', async () => {
      const changed = join(scratch, 'changed.eml');
      const message = readFileSync(saved(run(), 'BNCNNA85T71F205P', 'annuncio.eml'), 'latin1');
      writeFileSync(changed, message.replace('Nome utente: anna', 'Nome utente: anno'), 'latin1');
      const { code, errors } = await verify(changed, '-out', '/dev/null');
      expect(code).not.toBe(0);
      expect(errors).toMatch(/digest|Verification failure/i);
    });

    test('is not verified by an authority that did not sign', async () => {
      const message = saved(run(), 'BNCNNA85T71F205P', 'annuncio.eml');
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
      const { attachments } = await PostalMime.parse(readFileSync(saved(run(), 'DNGNCL88M09F839W', 'annuncio.eml')));
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
      cpSync(join(run().stage.reportFolder, 'trace'), folder, { recursive: true });
      cpSync(join(run().stage.reportFolder, 'trace.pub'), `${folder}.pub`);
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
      expect((await verifyTrace(run().stage.savedFolder)).code).toBe(2);
    });
  });

  describe('PINs and passwords', () => {
    let secrets: string[];
    const cluster = () => run().stage.suite.servers.environment['RECAPITO_POSTGRES_URL'] ?? '';

    beforeAll(async () => {
      // Everybody who has opened the announcement: all but those who never came or only looked at the portal.
      const read = addresses.filter(
        ({ codiceFiscale }) => !['BRNGSI54E27L424J', 'BRNNMR39C46A662V'].includes(codiceFiscale),
      );
      const all = read.map(({ codiceFiscale }) =>
        secretsOf(codiceFiscale, {
          captured: run().stage.suite.captured,
          announcement: readFileSync(saved(run(), codiceFiscale, 'annuncio.eml')),
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
      const trace = join(run().stage.reportFolder, 'trace');
      expect(foundInTrace(trace, secrets)).toEqual([]);
      expect(foundInTrace(trace, ['mario.rossi2@postacertificata.gov.it']).length).toBeGreaterThan(2);
    });

    test('stand in no topic, log, spool, receipt or other file of a service', () => {
      const { folder, savedFolder } = run().stage;
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
}
