import { instant, parseInstant } from '@recapito/primitives';
import { shownInRome } from '../progress.ts';
import type { Report, ReportedAddress } from './report.ts';

const day = 24 * 60 * 60 * 1000;

/** What a report stands on beside its figures. */
export interface ReportedRun {
  /** One sentence for each promise that was broken. */
  readonly broken: readonly string[];
  /** The end of the window, UTC milliseconds. */
  readonly bound: number;
  /** The domains that holders leave and come to. */
  readonly domains: { readonly source: string; readonly target: string };
}

/**
 * `report.html`: the run on one self-contained page, without scripts and without anything from outside. Instants are told
 * by the clocks in Rome.
 */
export function reportPage(report: Report, { broken, bound, domains }: ReportedRun): string {
  const { cohort, moves, mail, notices, trace, sla } = report;
  return `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recapito: resoconto della migrazione</title>
<style>${style}</style>
</head>
<body>
<header><h1>Resoconto della migrazione</h1><p>da @${escaped(domains.source)} a @${escaped(domains.target)}</p></header>
<main>
<section>${verdict(broken)}</section>
<section class="figures">
${figure(cohort.rows, `righe della coorte: ${grouped(cohort.accepted)} accettate, ${grouped(cohort.rejected)} scartate, ${grouped(cohort.unchanged)} invariate`)}
${figure(moves.announced, 'annunci recapitati')}
${figure(moves.completed, 'caselle attivate')}
${figure(moves.lapsed, 'lasciate decadere')}
${figure(moves.refused, 'non possibili')}
${figure(sla.worstHours, 'ore dalla conferma alla casella, la più lenta (al più 24)')}
${figure(mail.messages, `messaggi certificati, ${grouped(mail.receipts)} ricevute`)}
${figure(notices.delivered, `avvisi con valore legale recapitati su ${grouped(notices.sent)}`)}
${figure(trace.entries, `voci nel registro, ${trace.verified ? 'verificate da fuori' : 'NON verificate'}`)}
</section>
<section><h2>Attivazioni nella finestra</h2>${curve(report.addresses, bound)}</section>
<section><h2>Guasti superati</h2>${restarts(report.restarts)}</section>
<section><h2>Righe scartate</h2><p>Accanto a questa pagina, in <code>scarti.csv</code>, ognuna con il campo e il motivo.</p></section>
<section><h2>Registro</h2><p>Radice dell’albero: <code>${escaped(trace.rootHash)}</code>, ${grouped(trace.treeSize)} voci. Sta accanto a questa pagina, in <code>trace/</code>; chiunque lo verifica con il solo Node: <code>npm run verify-trace -- trace</code>.</p></section>
<section><h2>Titolari</h2>${table(report.addresses)}</section>
</main>
</body>
</html>
`;
}

const style = `
:root{color-scheme:light dark;--ink:#17324d;--line:#c5cfda;--good:#008055;--bad:#b3003c;--paper:#fff;--fill:#0066cc}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf5;--line:#3a4b5e;--good:#5fd3a5;--bad:#ff8aa8;--paper:#101922;--fill:#66b0ff}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0}
header,main{max-width:70rem;margin:auto;padding:1rem 1.5rem}
h1{margin:0}h2{margin:2rem 0 .5rem;font-size:1.2rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
.figures div{border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem}.figures b{display:block;font-size:1.8rem}
.good{color:var(--good)}.bad{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:.85rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line)}
svg{width:100%;height:auto;min-width:40rem}.wide{overflow-x:auto}code{overflow-wrap:anywhere}
`;

function verdict(broken: readonly string[]): string {
  if (broken.length === 0) return '<p class="good"><b>Tutte le promesse sono state mantenute.</b></p>';
  return `<p class="bad"><b>Promesse non mantenute:</b></p><ul>${broken.map((words) => `<li>${escaped(words)}</li>`).join('')}</ul>`;
}

function figure(value: number, words: string): string {
  return `<div><b>${grouped(value)}</b>${escaped(words)}</div>`;
}

/** With its digits in groups, as people in Italy write it. */
function grouped(value: number): string {
  return value.toLocaleString('it', { useGrouping: 'always' });
}

/** Boxes activated day by day, added up, with the bound as a line. */
function curve(addresses: readonly ReportedAddress[], bound: number): string {
  const instants = addresses
    .flatMap(({ completedAt }) => (completedAt === null ? [] : [Date.parse(completedAt)]))
    .sort((a, b) => a - b);
  const [first] = instants;
  if (first === undefined) return '<p>Nessuna casella attivata.</p>';
  const [from, until] = [first - day, Math.max(bound, instants.at(-1) ?? bound) + day];
  const x = (at: number) => (40 + ((at - from) / (until - from)) * 740).toFixed(1);
  const y = (count: number) => (200 - (count / instants.length) * 180).toFixed(1);
  const line = instants.map((at, index) => `H${x(at)}V${y(index + 1)}`).join('');
  const days = [first, bound].map((at) => shownInRome(instant(at)).slice(0, 10));
  return `<div class="wide" tabindex="0" role="region" aria-label="Curva delle attivazioni"><svg viewBox="0 0 800 230" role="img" aria-label="Caselle attivate nel tempo: ${instants.length} in tutto">
<path d="M${x(from)},${y(0)}${line}H${x(until)}" fill="none" stroke="var(--fill)" stroke-width="2"/>
<path d="M${x(bound)},10V200" stroke="var(--bad)" stroke-dasharray="4 4"/>
<text x="${x(bound)}" y="222" text-anchor="end" font-size="12" fill="var(--bad)">fine della finestra, ${days[1]}</text>
<text x="${x(first)}" y="222" font-size="12" fill="currentColor">${days[0]}</text>
<text x="36" y="${Number(y(instants.length)) + 4}" text-anchor="end" font-size="12" fill="currentColor">${instants.length}</text>
<text x="36" y="204" text-anchor="end" font-size="12" fill="currentColor">0</text>
</svg></div>`;
}

function restarts(counts: Report['restarts']): string {
  const fallen = Object.entries(counts).filter(([, count]) => count > 0);
  if (fallen.length === 0) return '<p>Nessun servizio è caduto.</p>';
  return `<ul>${fallen.map(([name, count]) => `<li>${escaped(name)}: riavviato ${count} volte</li>`).join('')}</ul>`;
}

function table(addresses: readonly ReportedAddress[]): string {
  const states = { completed: 'attivata', lapsed: 'decaduta', refused: 'non possibile' };
  const rows = addresses.map(
    ({ codiceFiscale, from, to, state, completedAt }) =>
      `<tr><td>${[codiceFiscale, from, to ?? '–', states[state], inRome(completedAt)].map(escaped).join('</td><td>')}</td></tr>`,
  );
  return `<div class="wide" tabindex="0" role="region" aria-label="Titolari"><table><thead><tr><th>Codice fiscale</th><th>Vecchia casella</th><th>Nuovo indirizzo</th><th>Esito</th><th>Attivata (ora di Roma)</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function inRome(at: string | null): string {
  return at === null ? '–' : shownInRome(parseInstant(at));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
