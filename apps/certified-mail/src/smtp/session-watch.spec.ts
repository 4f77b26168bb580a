import { describe, expect, test } from '@jest/globals';
import { SessionWatch } from './session-watch.ts';

const watch = () => {
  const watched = new SessionWatch({ wrongSecrets: 3, commands: 5, quietMs: 1_000, wholeMs: 10_000 });
  watched.begin('s', 0);
  return watched;
};

describe('a session', () => {
  // @rule SMTP-SESSION-LIMITS
  test('ends with its third wrong secret', () => {
    const watched = watch();
    expect([1, 2, 3].map(() => watched.wrongSecret('s'))).toEqual([
      null,
      null,
      '4.7.0 Troppi tentativi di accesso errati (SMTP-SESSION-LIMITS)',
    ]);
  });

  test('ends after five commands without a message; one that is taken begins the count anew', () => {
    const watched = watch();
    for (let time = 0; time < 5; time += 1) expect(watched.command('s')).toBeNull();
    watched.step('s', 'message', 10);
    for (let time = 0; time < 5; time += 1) expect(watched.command('s')).toBeNull();
    expect(watched.command('s')).toMatch(/^4\.7\.0 Troppi comandi/);
  });

  test('may name a thousand recipients', () => {
    const watched = watch();
    for (let time = 0; time < 1_000; time += 1) {
      expect(watched.command('s')).toBeNull();
      watched.step('s', 'recipient', time);
    }
  });

  // @rule SMTP-SESSION-LIMITS
  test('that only says NOOP ends when its quiet time is over, one that begins a message goes on', () => {
    const watched = watch();
    watched.command('s');
    expect(watched.overdue(999).size).toBe(0);
    expect(watched.overdue(1_000).get('s')).toMatch(/^4\.4\.2 Troppo tempo senza un messaggio/);
    watched.step('s', 'sender', 1_000);
    expect(watched.overdue(1_999).size).toBe(0);
  });

  // @rule SMTP-SESSION-LIMITS
  test('ends after its whole time, whatever it does', () => {
    const watched = watch();
    for (let at = 500; at <= 10_000; at += 500) watched.step('s', 'message', at);
    expect(watched.overdue(10_000).get('s')).toMatch(/^4\.4\.2 La sessione dura da troppo tempo/);
    watched.end('s');
    expect(watched.overdue(10_000).size).toBe(0);
  });

  test('is spared for half a minute after a step', () => {
    const watched = watch();
    expect(watched.isSpared('s', 0)).toBe(false);
    watched.step('s', 'sender', 0);
    expect(watched.isSpared('s', 0)).toBe(true);
    watched.step('s', 'sender', 100);
    expect([watched.isSpared('s', 30_099), watched.isSpared('s', 30_100)]).toEqual([true, false]);
  });
});
