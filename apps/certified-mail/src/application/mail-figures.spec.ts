import { expect, test } from '@jest/globals';
import { Metrics } from '@recapito/platform';
import { MailFigures } from './mail-figures.ts';

test('messages and what left for them are counted by what became of them', async () => {
  const metrics = new Metrics('spec');
  const figures = new MailFigures(metrics);
  figures.count('accepted');
  figures.count('accepted');
  figures.count('refused');
  figures.countSent('avvenuta-consegna');
  const shown = await metrics.registry.metrics();
  expect(shown).toContain('recapito_messages_total{outcome="accepted",service="spec"} 2');
  expect(shown).toContain('recapito_messages_total{outcome="refused",service="spec"} 1');
  expect(shown).toContain('recapito_emissions_total{kind="avvenuta-consegna",service="spec"} 1');
});

test('a delivery is measured also when it fails, and fails as it did', async () => {
  const metrics = new Metrics('spec');
  const figures = new MailFigures(metrics);
  expect(await figures.signing(() => Promise.resolve('signed'))).toBe('signed');
  expect(await figures.delivery('mail-store', () => Promise.resolve('stored'))).toBe('stored');
  await expect(figures.delivery('provider', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  const shown = await metrics.registry.metrics();
  const count = 'recapito_delivery_duration_seconds_count';
  expect(shown).toContain('recapito_signing_duration_seconds_count{service="spec"} 1');
  expect(shown).toMatch(new RegExp(`^${count}\\{.*to="mail-store",outcome="answered"\\} 1$`, 'm'));
  expect(shown).toMatch(new RegExp(`^${count}\\{.*to="provider",outcome="failed"\\} 1$`, 'm'));
});
