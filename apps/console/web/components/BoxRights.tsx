import { useTranslation } from 'react-i18next';
import type { Capabilities, LineOfTime } from '../api/mailboxes.ts';
import { shortInRome, wordsIn } from '../i18n/formats.ts';
import { PhasesOfService } from './PhasesOfService.tsx';
import { TimeBar } from './TimeBar.tsx';
import { scaleOf } from './time-scale.ts';
import './BoxRights.css';

interface BoxRightsProps {
  readonly judged: Capabilities;
  readonly times: LineOfTime;
}

/** What a box may do at an instant, and why not; each verb with its line of time, on which that instant is marked. */
export function BoxRights({ judged, times }: BoxRightsProps) {
  const { t, i18n } = useTranslation();
  const scale = scaleOf(times, judged.at);
  const state = t(`boxStates.${judged.state}`);
  return (
    <>
      <p>{t('rights.judged', { at: shortInRome(i18n.language, judged.at), state, version: judged.calendarVersion })}</p>
      <PhasesOfService phases={times.phases} at={judged.at} />
      <ul className="rights">
        {judged.capabilities.map(({ verb, allowed, refusal }) => (
          <li key={verb}>
            <strong>{t(`verbs.${verb}`)}</strong>
            <span className={allowed ? 'good' : 'bad'}>{t(allowed ? 'rights.yes' : 'rights.no')}</span>
            <TimeBar times={times.verbs.find((each) => each.verb === verb)?.times ?? []} scale={scale} at={judged.at} />
            {refusal !== null && (
              <p className="small">
                {wordsIn(i18n.language, refusal.words)} {t('rights.rule', { rule: refusal.rule })}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
