import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { assert, nat, property, string } from 'fast-check';
import { draw, drawBehaviour, NotAScenario, readScenario } from './scenario.ts';
import { wordsIn } from './words.ts';

const folder = mkdtempSync(join(tmpdir(), 'recapito-scenario-'));
afterAll(() => rmSync(folder, { recursive: true }));

function scenario(content: string | Uint8Array): string {
  const file = join(folder, 'scenario.csv');
  writeFileSync(file, content);
  return file;
}

describe('a scenario', () => {
  test('says of each person how they behave, whatever the order of its columns', () => {
    const file = scenario('comportamento,codice_fiscale\nmai,RSSMRA80A01H501U\ninterrotto:5,bncnna85t71f205p\n');
    expect([...readScenario(file, wordsIn.it.scenario)]).toEqual([
      ['RSSMRA80A01H501U', 'mai'],
      ['BNCNNA85T71F205P', 'interrotto:5'],
    ]);
  });

  test('may begin with a byte order mark, end its lines as Windows does, and hold empty lines and blanks', () => {
    const file = scenario(
      '\uFEFFcodice_fiscale,comportamento\r\n\r\n "RSSMRA80A01H501U " , "\u200Edue_volte" \r\n\r\n',
    );
    expect([...readScenario(file, wordsIn.it.scenario)]).toEqual([['RSSMRA80A01H501U', 'due_volte']]);
  });

  test('may name nobody', () => {
    expect(readScenario(scenario('codice_fiscale,comportamento\n'), wordsIn.it.scenario).size).toBe(0);
  });

  test.each([
    ['a behaviour that is none', 'codice_fiscale,comportamento\nA,puntuale\nB,distratto\n', /riga 3: "distratto"/],
    ['an interruption after the last step', 'codice_fiscale,comportamento\nA,interrotto:6\n', /"interrotto:6"/],
    ['an interruption before the first step', 'codice_fiscale,comportamento\nA,interrotto:0\n', /"interrotto:0"/],
    ['an interruption without a step', 'codice_fiscale,comportamento\nA,interrotto\n', /"interrotto"/],
    ['a person named twice', 'codice_fiscale,comportamento\nAb,mai\naB,mai\n', /riga 3: AB compare due volte/],
    ['other columns', 'chi,come\nA,mai\n', /colonne codice_fiscale e comportamento/],
    ['a row that is too short', 'codice_fiscale,comportamento\nA\n', /non è un CSV/],
    ['bytes that are not UTF-8', Uint8Array.of(0x63, 0xe0, 0x0a), /non si può leggere/],
  ])('is refused for %s', (_, content, message) => {
    const file = scenario(content);
    expect(() => readScenario(file, wordsIn.it.scenario)).toThrow(NotAScenario);
    expect(() => readScenario(file, wordsIn.it.scenario)).toThrow(message);
  });

  test('is refused when there is no such file', () => {
    expect(() => readScenario(join(folder, 'nessuno.csv'), wordsIn.it.scenario)).toThrow(NotAScenario);
  });
});

describe('a draw', () => {
  test('belongs to seed, person and question: the same three give the same, another of them gives another', () => {
    const drawn = draw(7, 'RSSMRA80A01H501U', 'visit');
    expect(draw(7, 'RSSMRA80A01H501U', 'visit')).toBe(drawn);
    expect(draw(8, 'RSSMRA80A01H501U', 'visit')).not.toBe(drawn);
    expect(draw(7, 'RSSMRA70A01F205V', 'visit')).not.toBe(drawn);
    expect(draw(7, 'RSSMRA80A01H501U', 'behaviour')).not.toBe(drawn);
  });

  test('lies from 0 to below 1', () => {
    assert(
      property(nat(), string(), string(), (seed, person, question) => {
        const drawn = draw(seed, person, question);
        return drawn >= 0 && drawn < 1;
      }),
    );
  });

  test('of behaviours follows the weights, and never falls on one that weighs nothing', () => {
    const counts = { puntuale: 0, mai: 0, in_ritardo: 0 };
    for (let person = 0; person < 4_000; person += 1) {
      const behaviour = drawBehaviour({ puntuale: 3, mai: 1, in_ritardo: 0 }, 1, `persona ${person}`);
      counts[behaviour as keyof typeof counts] += 1;
    }
    expect(counts.in_ritardo).toBe(0);
    expect(counts.puntuale + counts.mai).toBe(4_000);
    // Three in four, and five standard deviations of 27.
    expect(Math.abs(counts.puntuale - 3_000)).toBeLessThan(137);
  });

  test('of behaviours has an end when no behaviour is offered', () => {
    expect(drawBehaviour({}, 1, 'RSSMRA80A01H501U')).toBe('puntuale');
  });
});
