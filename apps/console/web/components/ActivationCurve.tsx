import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { dayInRome, number } from '../i18n/formats.ts';
import { curvePoints, dayMs, noonOf } from './curve-points.ts';
import type { DayOfCurve } from './curve-points.ts';
import './ActivationCurve.css';

/** The chart and its library come apart from the page, which reads without it. */
const CurveChart = lazy(() => import('./CurveChart.tsx'));

interface CurveProps {
  readonly days: readonly DayOfCurve[];
  /** Where the axis begins and ends, UTC milliseconds; from the days themselves when null. */
  readonly from: number | null;
  readonly until: number | null;
  /** The end of the window in which holders may confirm. */
  readonly bound: number | null;
  /** What the suite clock shows. */
  readonly now: number | null;
  /** How many moves there are: the height of the chart. */
  readonly planned: number;
}

/** Boxes activated over the window: a curve, and the same figures as a table for whoever reads them otherwise. */
export function ActivationCurve({ days, from, until, bound, now, planned }: CurveProps) {
  const { t, i18n } = useTranslation();
  const points = curvePoints(days);
  const last = points.at(-1);
  const begins = from ?? (points[0]?.at ?? dayMs) - dayMs;
  const ends = Math.max(until ?? 0, bound ?? 0, (last?.at ?? 0) + dayMs);
  const words = {
    from: dayInRome(i18n.language, begins),
    until: dayInRome(i18n.language, ends),
    completed: number(i18n.language, last?.total ?? 0),
    planned: number(i18n.language, planned),
  };
  if (from === null && last === undefined) return <p>{t('curve.empty')}</p>;
  return (
    <>
      <Suspense fallback={<div className="curve" />}>
        <CurveChart
          points={points}
          from={begins}
          until={ends}
          bound={bound}
          now={now}
          most={Math.max(planned, 1)}
          alt={t('curve.alt', words)}
        />
      </Suspense>
      <details className="no-print">
        <summary>{t('curve.table')}</summary>
        <DaysTable days={days} />
      </details>
    </>
  );
}

function DaysTable({ days }: { readonly days: readonly DayOfCurve[] }) {
  const { t, i18n } = useTranslation();
  const shown = (value: number) => number(i18n.language, value);
  if (days.length === 0) return <p>{t('curve.empty')}</p>;
  let total = 0;
  return (
    <table className="table">
      <caption className="visually-hidden">{t('curve.title')}</caption>
      <thead>
        <tr>
          {(['day', 'confirmed', 'completed', 'total'] as const).map((name) => (
            <th key={name} scope="col">
              {t(`curve.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, confirmed, completed }) => (
          <tr key={day}>
            <th scope="row">{dayInRome(i18n.language, noonOf(day))}</th>
            <td>{shown(confirmed)}</td>
            <td>{shown(completed)}</td>
            <td>{shown((total += completed))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
