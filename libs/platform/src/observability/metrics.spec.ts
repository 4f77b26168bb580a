import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Metrics } from './metrics.ts';

test.each(['logins_total', 'recapito_Logins_total', 'recapito_total', 'recapito__total', 'recapito_log:ins_total'])(
  'no figure is named %s',
  (name) => {
    expect(() => new Metrics('spec').counter(name, 'x')).toThrow('recapito_<what>_<unit>');
  },
);

test('what is counted is named _total, and nothing else is', () => {
  const metrics = new Metrics('spec');
  expect(() => metrics.counter('recapito_logins', 'x')).toThrow('counters end in _total');
  expect(() => metrics.gauge('recapito_logins_total', 'x')).toThrow('counters end in _total');
  expect(() => metrics.histogram('recapito_logins_total', 'x')).toThrow('counters end in _total');
});

test('a figure carries its service; the lag of the event loop is one of them, and the release', async () => {
  const metrics = new Metrics('identity');
  metrics.counter('recapito_logins_total', 'Log-ins', ['outcome']).inc({ outcome: 'refused' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('recapito_logins_total{outcome="refused",service="identity"} 1');
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(text).toContain(
    `recapito_build_info{version="${version}",node="${process.versions.node}",service="identity"} 1`,
  );
});

test('what is counted elsewhere is shown as it stands there at each reading', async () => {
  const metrics = new Metrics('spec');
  let counted = 3;
  metrics.counter('recapito_facts_total', 'Facts', [], (counter) => counter.inc(counted));
  await metrics.registry.metrics();
  counted = 5;
  expect(await metrics.registry.metrics()).toContain('recapito_facts_total{service="spec"} 5');
});
