import { useTranslation } from 'react-i18next';
import type { LineOfTime } from '../api/mailboxes.ts';
import { Facts } from './Facts.tsx';
import { shortInRome, wordsIn } from '../i18n/formats.ts';

interface PhasesProps {
  readonly phases: LineOfTime['phases'];
  /** The instant that is judged. */
  readonly at: number;
}

/** The phases of a service's calendar, with the one of the judged instant marked. */
export function PhasesOfService({ phases, at }: PhasesProps) {
  const { t, i18n } = useTranslation();
  const told = (instant: number) => shortInRome(i18n.language, instant);
  return (
    <details open>
      <summary>{t('rights.phases')}</summary>
      <Facts
        of={phases.map(({ id, name, from, until }) => {
          const time =
            until === null
              ? t('rights.from', { from: told(from) })
              : t('rights.between', { from: told(from), until: told(until) });
          const isNow = from <= at && (until === null || at < until);
          const words = `${id}, ${wordsIn(i18n.language, name)}`;
          return [words, isNow ? <strong key="">{t('rights.then', { time })}</strong> : time];
        })}
      />
    </details>
  );
}
