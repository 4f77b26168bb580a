import { describe, expect, test } from '@jest/globals';
import { calendars } from './calendars.ts';
import { furtherMessages } from './further-messages.ts';
import { fewLegalMessages, legalMessages } from './legal-messages.ts';
import type { LegalMessage } from './legal-messages.ts';

describe('the messages of the corpus', () => {
  const valuesIn = (messages: LegalMessage[]) => ({
    ricevuta: new Set(messages.map(({ ricevuta }) => ricevuta)),
    recipients: new Set(messages.map(({ to, cc }) => to.length + cc.length)),
    identified: new Set(messages.map(({ msgid }) => msgid !== null)),
    oggetto: new Set(messages.map(({ oggetto }) => oggetto)),
    content: new Set(messages.map(({ content }) => content)),
    calendar: new Set(messages.map(({ calendar }) => calendar.name)),
  });

  test('are every combination, and every value occurs on every day', () => {
    const all = legalMessages();
    expect(all).toHaveLength(3 * 2 * 2 * 3 * 4);
    for (const { name } of calendars) {
      const { calendar: _calendar, ...others } = valuesIn(all.filter(({ calendar }) => calendar.name === name));
      const { calendar: _every, ...every } = valuesIn(all);
      expect(others).toEqual(every);
    }
  });

  test('are few in the small corpus, and still every value occurs', () => {
    expect(fewLegalMessages().length).toBeLessThan(15);
    expect(valuesIn(fewLegalMessages())).toEqual(valuesIn(legalMessages()));
  });

  test('have names of their own', () => {
    const all = [...legalMessages(), ...furtherMessages()];
    expect(new Set(all.map(({ identificativo }) => identificativo)).size).toBe(all.length);
    expect(new Set(all.map(({ number }) => number)).size).toBe(144 + 4);
  });
});
