import { expect, test } from '@jest/globals';
import { Metrics } from './metrics.ts';

test.each(['logins_total', 'recapito_logins', 'recapito_Logins_total', 'recapito_total'])(
  'no figure is named %s',
  (name) => {
    expect(() => new Metrics('spec').counter(name, 'x')).toThrow('recapito_<what>_<unit>');
  },
);

test('a figure carries its service, and the lag of the event loop is one of them', async () => {
  const metrics = new Metrics('identity');
  metrics.counter('recapito_logins_total', 'Log-ins', ['outcome']).inc({ outcome: 'refused' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('recapito_logins_total{outcome="refused",service="identity"} 1');
  expect(text).toContain('recapito_nodejs_eventloop_lag_p99_seconds');
});
