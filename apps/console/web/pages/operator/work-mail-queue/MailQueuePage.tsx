import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useQueue, useQueueAct } from '../../../api/mail-desk.ts';
import type { QueueAct, QueuedMail } from '../../../api/mail-desk.ts';
import { Decision } from '../../../components/Decision.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { MessageLink } from '../../../components/MessageLink.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { number, shortInRome } from '../../../i18n/formats.ts';

const states = ['due', 'held'] as const;

/** What waits to be carried, and what an operator does about it; the state that is looked at stands in the page's address. */
export default function MailQueuePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const state = states.find((each) => each === search.get('stato'));
  const id = useId();
  usePageTitle(t('queue.title'));
  return (
    <>
      <h1>{t('queue.title')}</h1>
      <div className="filters">
        <div>
          <label htmlFor={id}>{t('person.state')}</label>
          <select
            id={id}
            value={state ?? ''}
            onChange={({ target }) => setSearch(target.value === '' ? {} : { stato: target.value })}
          >
            <option value="">{t('report.all')}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {t(`emissionStates.${each}`)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <PurposeGate>{(purpose) => <Queue state={state} purpose={purpose} />}</PurposeGate>
    </>
  );
}

function Queue({ state, purpose }: { readonly state: QueuedMail['state'] | undefined; readonly purpose: string }) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="coda"
      pages={useQueue(state, purpose)}
      summary={(count) => count === 0 && <p className="good">{t('queue.none')}</p>}
      row={(mail) => <Queued key={mail.id} mail={mail} />}
      className="cards list-unstyled"
    />
  );
}

function Queued({ mail }: { readonly mail: QueuedMail }) {
  const { t, i18n } = useTranslation();
  const { id, kind, identificativo, towards, recipients, at, state, tries, notBefore } = mail;
  const act = useQueueAct(id);
  const acts: readonly QueueAct[] = state === 'held' ? ['retries', 'returns'] : ['holds', 'retries'];
  return (
    <li className="card-plain">
      <h2>{t(`emissions.${kind}` as 'emissions.anomalia', kind)}</h2>
      <Facts
        of={[
          [
            t('message.title'),
            <MessageLink key="" to={identificativo}>
              {t('queue.message')}
            </MessageLink>,
          ],
          [t('queue.towards'), towards],
          [t('message.recipients'), recipients.join(', ')],
          [t('queue.made'), shortInRome(i18n.language, Date.parse(at))],
          [t('person.state'), t(`emissionStates.${state}`)],
          [t('queue.tries'), number(i18n.language, tries)],
          [t('queue.notBefore'), shortInRome(i18n.language, Date.parse(notBefore))],
        ]}
      />
      {acts.map((each) => (
        <Decision
          key={each}
          title={t(`queue.acts.${each}.title`)}
          about={`${each}.${id}`}
          happens={t(`queue.acts.${each}.happens`, { recipients: recipients.join(', ') })}
          done={t(`queue.acts.${each}.done`)}
          act={(reason) => act(each, reason)}
          changes={['queue']}
        />
      ))}
    </li>
  );
}
