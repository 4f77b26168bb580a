import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createInstance } from 'i18next';
import { visible } from '../i18n/visible.ts';
import { factWords } from './fact-words.ts';

/** The facts of every topic, as they are published. */
const { messages } = (
  JSON.parse(readFileSync(new URL('../../../../docs/asyncapi.json', import.meta.url), 'utf8')) as {
    components: { messages: Record<string, { name: string; payload: { properties: object } }> };
  }
).components;

const it = JSON.parse(readFileSync(new URL('../i18n/it.json', import.meta.url), 'utf8')) as {
  facts: Record<string, string>;
};
const texts = createInstance();

beforeAll(() =>
  texts.init({
    lng: 'it',
    resources: { it: { translation: it } },
    interpolation: { escapeValue: true, escape: visible },
  }),
);

const topic = 'certified-mail.messages.v1';
const told = (type: string, data: Record<string, unknown>) => factWords(texts, { topic, type, data });

describe('a line of a person, a box or a message', () => {
  test('names states, kinds and limits, and tells instants by the clocks in Rome', () => {
    expect(told('box-state-changed', { address: 'a@b.example', from: 'active', to: 'read-only', by: 'maria' })).toBe(
      'a@b.example: da attiva a in sola lettura, per atto di maria',
    );
    expect(told('enrolment-opened', { generation: 1, until: Date.parse('2010-09-15T22:00:00Z') })).toBe(
      'Iscrizione aperta, prima password dell’emissione 1, fino al 16/09/10, 00:00',
    );
    expect(told('taken-in-charge', { gestore: 'Altro', ricezione: ['a@b.example', 'c@d.example'] })).toBe(
      'Presa in carico da Altro per a@b.example, c@d.example',
    );
  });

  test('shows what others wrote harmless, and follows nothing in it', () => {
    expect(told('message-delivered', { consegna: 'x\u202Ey@z.example' })).toBe('Consegnato a x⟨U+202E⟩y@z.example');
    expect(told('message-delivered', { consegna: '$t(facts.switched) {{gestore}}', gestore: 'G' })).toBe(
      'Consegnato a $t(facts.switched) {{gestore}}',
    );
  });

  test('says its type where there are no words for it, and nothing breaks where the data are none', () => {
    expect(factWords(texts, { topic, type: 'toString', data: null })).toBe('toString (certified-mail.messages.v1)');
    expect(factWords(texts, { topic, type: 'message-delivered', data: null })).toContain('Consegnato a');
  });

  test.each([topic, 'identity.holders.v1', 'mailbox.mailboxes.v1', 'notification.communications.v1'] as const)(
    'has words for every fact of %s, which take no value that the fact does not have',
    (of) => {
      const facts = Object.entries(messages).filter(([id]) => id.startsWith(`${of}.`));
      expect(facts.length).toBeGreaterThan(0);
      for (const [, { name, payload }] of facts) {
        const text = it.facts[name];
        const taken = [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, field]) => field ?? '');
        const strange = taken.filter((field) => !Object.hasOwn(payload.properties, field));
        expect([name, text === undefined, strange]).toEqual([name, false, []]);
      }
    },
  );
});
