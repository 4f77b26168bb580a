import { useTranslation } from 'react-i18next';
import type { VerbLine } from '../api/mailboxes.ts';
import { shortInRome } from '../i18n/formats.ts';
import { placeOf, width } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

interface TimeBarProps {
  readonly times: VerbLine['times'];
  readonly scale: TimeScale;
  /** The instant that is judged. */
  readonly at: number;
}

/** When a verb is allowed: a bar for the eye, the same in words for everybody. */
export function TimeBar({ times, scale, at }: TimeBarProps) {
  const { t, i18n } = useTranslation();
  const told = (instant: number) => shortInRome(i18n.language, instant);
  const spans = times
    .filter(({ allowed }) => allowed)
    .map(({ from, until }) => {
      if (from === null) return until === null ? t('rights.always') : t('rights.until', { until: told(until) });
      return until === null
        ? t('rights.from', { from: told(from) })
        : t('rights.between', { from: told(from), until: told(until) });
    });
  const marker = placeOf(scale, at);
  return (
    <>
      <svg className="time-bar" viewBox={`0 0 ${width} 10`} preserveAspectRatio="none" aria-hidden="true">
        {times.map(({ from, until, allowed }) => {
          const left = placeOf(scale, from ?? scale.from);
          const right = placeOf(scale, until ?? scale.until);
          return <rect key={left} className={allowed ? 'yes' : 'no'} x={left} width={right - left} y={2} height={6} />;
        })}
        <rect className="at" x={marker - 1.5} width={3} y={0} height={10} />
      </svg>
      <span className="small">{spans.length === 0 ? t('rights.never') : spans.join('; ')}</span>
    </>
  );
}
