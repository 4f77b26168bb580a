import { afterEach, describe, expect, test } from '@jest/globals';
import { admitting, dialog, DoorStage, lastReply, open as withoutLogIn, signedIn } from '../../test/door-stage.ts';
import type { DoorHandlers } from './smtp-door.ts';
import type { DoorOptions } from './door-options.ts';

const doors = new DoorStage();
const open = (handlers: Partial<DoorHandlers>, more: Partial<DoorOptions> = {}) =>
  doors.open({ ...admitting, ...handlers }, more);

afterEach(() => doors.close());

const malformed = [
  ['a single label', 'mario@localhost'],
  ['an address literal', 'mario@[10.0.0.1]'],
  ['an IPv6 literal', 'mario@[IPv6:2001:db8::1]'],
  ['a local part of 65 octets', `${'a'.repeat(65)}@comune.example`],
  ['255 octets', `a@${'bcdefghi.'.repeat(28)}x`],
  ['a letter beyond ASCII before the @', 'nicolò@comune.example'],
  ['an A-label that stands for nothing', 'mario@xn--a.example'],
  ['a label that begins with a hyphen', 'mario@-x.example'],
  ['a label that ends with a hyphen', 'mario@x-.example'],
  ['an empty label', 'mario@comune..example'],
  ['a dot at the end', 'mario@comune.example.'],
  ['two dots running', 'ma..rio@comune.example'],
  ['a dot in front', '.mario@comune.example'],
  ['a quoted local part', '"mario"@comune.example'],
  ['an underscore in the domain', 'mario@co_mune.example'],
  ['no domain', 'mario'],
] as const;

// @rule SMTP-ADDRESS
describe('an address', () => {
  const refused = "553 5.1.3 L'indirizzo non ha la forma nome@dominio. (ADDRESS-FORM)";

  test.each(malformed.filter(([, address]) => address.includes('@')))(
    'with %s will never be one: MAIL and RCPT are refused for good',
    async (_, address) => {
      const door = await open({});
      expect(await lastReply(door, ...signedIn, `MAIL FROM:<${address}>`)).toBe(refused);
      expect(await lastReply(door, ...signedIn, 'MAIL FROM:<a@b.example>', `RCPT TO:<${address}>`)).toBe(refused);
    },
  );

  test.each(['mario', 'a@b@c.example', ''])('%j is refused for good', async (address) => {
    const door = await open({});
    expect(await lastReply(door, ...signedIn, 'MAIL FROM:<a@b.example>', `RCPT TO:<${address}>`)).toMatch(/^5\d\d /);
  });

  test('with A-labels reaches the handlers with them, in lower case, and its local part stays as written', async () => {
    const seen: unknown[] = [];
    const door = await open({
      onMailFrom: (address) => void seen.push(address),
      onRcptTo: (address) => void seen.push(address),
      onData: async (data, { envelope }) => {
        data.resume();
        seen.push(
          envelope.mailFrom && envelope.mailFrom.address,
          envelope.rcptTo.map(({ address }) => address),
        );
        return await Promise.resolve('2.6.0 preso');
      },
    });
    await dialog(
      door,
      ...signedIn,
      'MAIL FROM:<URP@xn--citt-3na.example>',
      'RCPT TO:<Info@XN--CITT-3NA.Example>',
      'DATA',
      'Subject: x\r\n\r\nx\r\n.',
    );
    expect(seen).toEqual([
      'urp@xn--citt-3na.example',
      'info@xn--citt-3na.example',
      'URP@xn--citt-3na.example',
      ['Info@xn--citt-3na.example'],
    ]);
  });

  test('of nobody is a reverse path', async () => {
    const seen: string[] = [];
    const door = await open({ onMailFrom: (address) => void seen.push(address) });
    expect(await lastReply(door, ...signedIn, 'MAIL FROM:<>')).toMatch(/^250 /);
    expect(seen).toEqual(['']);
  });
});

// @rule SMTP-OFFERED
describe('a parameter that is not offered', () => {
  test.each([
    'SMTPUTF8',
    'REQUIRETLS',
    'RET=FULL',
    'ENVID=abc',
    'HOLDFOR=3600',
    'HOLDUNTIL=2030-01-01T00:00:00Z',
    'BODY=8BITMIME',
    'BODY=7BIT',
    'MT-PRIORITY=3',
    'BY=120;R',
    'X',
  ])('%s is refused at MAIL', async (parameter) => {
    const door = await open({});
    const [keyword] = parameter.split('=');
    expect(await lastReply(door, ...signedIn, `MAIL FROM:<a@b.example> ${parameter}`)).toBe(
      `555 5.5.4 Parametro non offerto: ${keyword} (SMTP-OFFERED)`,
    );
  });

  test.each(['NOTIFY=NEVER', 'ORCPT=rfc822;a@b.example', 'RRVS=2010-01-01T00:00:00Z', 'SIZE=10'])(
    '%s is refused at RCPT',
    async (parameter) => {
      const door = await open({});
      const [keyword] = parameter.split('=');
      const said = [...signedIn, 'MAIL FROM:<a@b.example>', `RCPT TO:<c@d.example> ${parameter}`];
      expect(await lastReply(door, ...said)).toBe(`555 5.5.4 Parametro non offerto: ${keyword} (SMTP-OFFERED)`);
    },
  );

  test('is not said at EHLO either', async () => {
    const door = await open({});
    const [, hello] = await dialog(door, 'EHLO spec.example');
    expect(hello?.split('\r\n').slice(1)).toEqual(['250-PIPELINING', '250-AUTH PLAIN LOGIN', '250 SIZE 10000']);
  });
});

describe('a parameter that is offered', () => {
  test.each(['SIZE=500', 'AUTH=<>'])('%s is taken', async (parameter) => {
    const door = await open({});
    expect(await lastReply(door, ...signedIn, `MAIL FROM:<a@b.example> ${parameter}`)).toMatch(/^250 /);
  });

  test('BODY is taken where 8BITMIME is offered', async () => {
    const door = await open({}, { offersEightBitMime: true });
    const [, hello] = await dialog(door, 'EHLO spec.example');
    expect(hello).toContain('250-8BITMIME\r\n');
    for (const body of ['7BIT', '8BITMIME'])
      expect(await lastReply(door, ...signedIn, `MAIL FROM:<a@b.example> BODY=${body}`)).toMatch(/^250 /);
  });

  test('AUTH is refused where nobody signs in', async () => {
    const door = await doors.open(withoutLogIn);
    expect(await lastReply(door, 'EHLO spec.example', 'MAIL FROM:<a@b.example> AUTH=<>')).toBe(
      '555 5.5.4 Parametro non offerto: AUTH (SMTP-OFFERED)',
    );
  });
});
