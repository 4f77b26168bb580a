import { join } from 'node:path';
import { connectionOf } from '@recapito/platform';
import type { Health, Metrics } from '@recapito/platform';
import type { CertifiedMailConfig } from '../config.ts';
import type { Installation } from '../programme/installation.ts';
import type { ClockGuard } from '../time/clock-guard.ts';
import { MailGate } from './mail-gate.ts';
import { MostBoxes } from './most-boxes.ts';

/**
 * The gate of this installation. It shows at `/metrics` whether it answers, and what it knows.
 * @rule GATE-CENSUS
 */
export function mailGateOf(
  config: CertifiedMailConfig,
  installation: Installation,
  {
    health,
    clockGuard,
    metrics,
  }: { readonly health: Health; readonly clockGuard: ClockGuard; readonly metrics: Metrics },
): MailGate {
  const mostBoxes = new MostBoxes(join(config.folder, 'most-boxes.json'));
  const gate = new MailGate(installation, connectionOf('certified-mail', config), { health, clockGuard, mostBoxes });
  metrics.gauge('recapito_mail_gate_closed', '1 while no question about a box is answered', [], (gauge) =>
    gauge.set(gate.figures().closed),
  );
  const boxes = 'boxes: known; census: counted by mailbox; most: ever known';
  metrics.gauge('recapito_mail_gate_boxes', boxes, ['what'], (gauge) => {
    const { closed: _, ...figures } = gate.figures();
    for (const [what, figure] of Object.entries(figures)) gauge.set({ what }, figure);
  });
  return gate;
}
