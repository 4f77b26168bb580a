import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import type { KnownMessage } from '../persistence/message.store.ts';
import type { Installation } from '../programme/installation.ts';
import type { Provider } from '../programme/providers.ts';
import type { Tx } from '../persistence/tx.ts';
import { canBeBuilt, newEmission } from './certify.ts';
import { refuseMessage } from './access/refuse-message.ts';
import type { SubmitMessage } from './access/submission.ts';

const at = parseInstant('2010-08-02T07:00:00Z');
const provider = { name: 'Gestore', domain: 'gestore.example' };
const message: KnownMessage = {
  key: 'pec1.20100802090000.00001@gestore.example',
  identificativo: 'pec1.20100802090000.00001@gestore.example',
  msgid: null,
  mittente: 'anna@gestore.example',
  destinatari: [{ indirizzo: 'urp@ente.example', tipo: 'certificato' }],
  risposte: 'anna@gestore.example',
  oggetto: 'Prova',
  ricevuta: 'completa',
};
const envelope = newEmission(message, provider, at, {
  kind: 'posta-certificata',
  messageId: message.identificativo,
  forwardPath: ['urp@ente.example'],
});

describe('what is promised', () => {
  // @rule ACCEPTANCE-BUILT-FIRST
  test('is built before, and nothing is promised that cannot be', () => {
    expect(canBeBuilt([envelope], message, provider, Buffer.from('Subject: Prova\r\n\r\nTesto\r\n'))).toBe(true);
    expect(canBeBuilt([envelope], message, provider, null)).toBe(false);
  });

  // @rule ACCEPTANCE-BUILT-FIRST
  test('where not even the notice can be built, that is said, and nothing is written', async () => {
    // A transaction that draws ids and takes no row.
    const drawing = { $queryRawUnsafe: () => Promise.resolve([{ serial: 7n }]) } as unknown as Tx;
    const unbuildable = { ...message, mittente: 'anna@gestore.example\r\nBcc: tutti@gestore.example' };
    const words = { it: 'Manca il destinatario.', en: 'There is no recipient.' };
    const { answer, named } = await refuseMessage(drawing, { node: 'pec1' } as Installation, {
      message: unbuildable,
      provider: provider as Provider,
      legalKey: null,
      at,
      reasons: [{ refused: 'submission/no-recipient', rule: 'SUBMISSION-HEADER', words }],
      infection: null,
      command: {} as SubmitMessage,
    });
    expect(answer).toMatchObject({ refused: 'submission/not-certifiable', rule: 'ACCEPTANCE-BUILT-FIRST' });
    expect(named).toEqual([]);
  });
});
