import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import type { ListedMove } from '../../tools/rehearsal/campaign-desk.ts';
import { textOfOriginal } from '../../tools/rehearsal/citizen/announcement.ts';
import { chosenBy } from '../../tools/rehearsal/citizen/inventions.ts';
import { inInbox, messagesAbout } from '../../tools/rehearsal/citizen/mail-client.ts';
import { firstLoad } from '../expected.ts';
import { heldAndReleased } from '../held-box.ts';
import { swaks } from '../swaks.ts';
import { saved } from './campaign-run.ts';
import type { CampaignRun } from './campaign-run.ts';

/** What the people of a campaign got, and what its operator sees. */
export function peopleSuite(run: () => CampaignRun): void {
  describe('a campaign', () => {
    test('gives nobody a box later than 24 hours after the confirmation', () => {
      expect(run().outcome.report.sla.worstHours).toBeLessThanOrEqual(24);
    });

    test('names whom the scenario knows and the cohort does not', () => {
      expect(run().outcome.unknownPersons).toEqual(['VRDGLI90E43Z112U']);
    });

    test('writes down what it answered', () => {
      expect(JSON.parse(readFileSync(join(run().stage.reportFolder, 'report.json'), 'utf8'))).toEqual(
        run().outcome.report,
      );
    });

    test('leaves out one row, and says where it stands, what is wrong with it, and what was in it', () => {
      expect(readFileSync(join(run().stage.reportFolder, 'scarti.csv'), 'utf8')).toBe(
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
      expect(run().second.before.cohort).toMatchObject(firstLoad);
      expect(run().second.after.cohort).toMatchObject({ rows: 16, accepted: 0, rejected: 1, unchanged: 15 });
      expect(run().second.after.moves.planned).toBe(15);
      const reserved = ({ codiceFiscale, from, to }: ListedMove) => ({ codiceFiscale, from, to });
      expect(run().second.movesAfter.map(reserved)).toEqual(run().second.movesBefore.map(reserved));
      expect(run().second.rejects).toMatch(/^riga,campo[^\n]*\n15,data_nascita,data-impossibile,/);
    });

    test('as the same request is the same load', () => {
      expect(run().second.rejectsOfRepeatedRequest).toBe(
        readFileSync(join(run().stage.reportFolder, 'scarti.csv'), 'utf8'),
      );
    });
  });

  describe('the announcement', () => {
    let text: string;

    beforeAll(async () => {
      text = await textOfOriginal(readFileSync(saved(run(), 'RSSMRA70A01F205V', 'annuncio.eml')));
      text = text.replaceAll(/\s+/g, ' ');
    });

    test.each([
      [
        'the user id',
        /Nome utente: mario\.rossi2@postacertificata\.gov\.it /,
        /User id: mario\.rossi2@postacertificata/,
      ],
      ['the password', /Password di primo accesso: [A-Z0-9]{12} /, /First-access password: [A-Z0-9]{12} /],
      ['the last day', /entro e non oltre il 15 settembre 2010/, /not later than 15 September 2010/],
      ['that the box comes within a day', /entro 24 ore dalla conferma/, /within 24 hours of the confirmation/],
      [
        'that nothing is typed again',
        /Non deve inserire di nuovo i Suoi dati/,
        /need not type your personal data again/,
      ],
      ['that no post office is needed', /non deve andare in un ufficio postale/, /need not go to a post office/],
      [
        'what becomes of the old address',
        /vecchio indirizzo rssmra70a01f205v@inpspec\.gov\.it si perde/,
        /old address rssmra70a01f205v@inpspec\.gov\.it is lost/,
      ],
      ['that one may let it lapse', /può lasciare scadere il termine/, /may let the term lapse/],
      [
        'six steps',
        /1\. .* 2\. .* 3\. .* 4\. .* 5\. .* 6\. Confermi/,
        /1\. .* 2\. .* 3\. .* 4\. .* 5\. .* 6\. Confirm/,
      ],
    ])('says %s, in Italian and in English', (_, italian, english) => {
      expect(text).toMatch(italian);
      expect(text).toMatch(english);
    });
  });

  describe('a mail client that is not ours', () => {
    const [box, codiceFiscale] = ['anna.bianchi@postacertificata.gov.it', 'BNCNNA85T71F205P'];
    const { password } = chosenBy(codiceFiscale);

    test('sends for a citizen from the new box, and the receipts lie in it', async () => {
      const message = { from: box, to: run().stage.plan.writesTo, subject: 'Da un altro programma', password };
      const accepted = expect.stringMatching(/250 2\.6\.0 \S+@postacertificata\.gov\.it accettato/);
      expect(await swaks(run().stage.suite, message)).toMatchObject({ code: 0, out: accepted });
      const lies = async (about: string) =>
        await inInbox(
          run().stage.suite.mail,
          box,
          password,
          async (inbox) => (await messagesAbout(inbox, about)).length === 1,
        );
      for (const kind of ['ACCETTAZIONE', 'CONSEGNA']) await eventually(() => lies(`${kind}: Da un altro programma`));
    });

    test('is sent away while its box is held for abuse, of which its holder hears elsewhere, until two operators release it', async () => {
      const seen = await heldAndReleased(
        run().stage.suite,
        { address: box, password, codiceFiscale },
        run().stage.plan.writesTo,
      );
      expect(seen.told).toHaveLength(1);
      expect(seen.whileHeld).toMatch(/450 4\.7\.1 .*ABUSE-HELD/);
      expect(seen.afterwards).toMatch(/250 2\.6\.0 \S+@postacertificata\.gov\.it accettato/);
    });
  });
}
