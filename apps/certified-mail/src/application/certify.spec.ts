import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import type { KnownMessage } from '../persistence/message.store.ts';
import { canBeBuilt, newEmission } from './certify.ts';

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
});
