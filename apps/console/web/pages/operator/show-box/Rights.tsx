import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useCapabilities, useLineOfTime } from '../../../api/mailboxes.ts';
import type { Capabilities, LineOfTime } from '../../../api/mailboxes.ts';
import { Asked } from '../../../components/Asked.tsx';
import { shortInRome, wordsIn } from '../../../i18n/formats.ts';
import { PhasesOfService } from './PhasesOfService.tsx';
import { TimeBar } from './TimeBar.tsx';
import { scaleOf } from './time-scale.ts';
import './Rights.css';

/** What a box may do now, or on the date in the page's address, and why not; each verb with its line of time. */
export function Rights({ address }: { readonly address: string }) {
  const [search, setSearch] = useSearchParams();
  const day = search.get('data') ?? '';
  return (
    <>
      <OtherDate key={day} day={day} choose={(chosen) => setSearch(chosen === '' ? {} : { data: chosen })} />
      <Answers address={address} day={day} />
    </>
  );
}

function OtherDate({ day, choose }: { readonly day: string; readonly choose: (day: string) => void }) {
  const { t } = useTranslation();
  const [typed, type] = useState(day);
  const id = useId();
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <div>
        <label htmlFor={id}>{t('rights.date')}</label>
        <input id={id} type="date" value={typed} onChange={({ target }) => type(target.value)} />
      </div>
      <Button color="primary" outline>
        {t('rights.show')}
      </Button>
      {day !== '' && (
        <Button type="button" color="primary" outline onClick={() => choose('')}>
          {t('rights.now')}
        </Button>
      )}
    </form>
  );
}

function Answers({ address, day }: { readonly address: string; readonly day: string }) {
  const answers = useCapabilities(address, day);
  const line = useLineOfTime(address);
  return (
    <Asked of={answers}>
      {(judged) => <Asked of={line}>{(times) => <Verbs judged={judged} times={times} />}</Asked>}
    </Asked>
  );
}

function Verbs({ judged, times }: { readonly judged: Capabilities; readonly times: LineOfTime }) {
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
