import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useWaitingActs } from '../../../api/approvals.ts';
import type { ApprovingService, Waiting as WaitingAct } from '../../../api/approvals.ts';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

/** Acts of a service that wait for a second person, each with the page on which it is approved. */
export function WaitingActs({ service }: { readonly service: ApprovingService }) {
  const { t, i18n } = useTranslation();
  const { data, error, isPending, refetch } = useWaitingActs(service);
  if (isPending) return <Waiting words={t('home.asked', { service })} />;
  if (error !== null)
    return (
      <>
        <strong>{service}</strong>
        <ProblemNotice error={error} retry={() => void refetch()} />
      </>
    );
  if (data.length === 0) return <p className="good">{t('approvals.none', { service })}</p>;
  return (
    <ul>
      {data.map((waiting) => (
        <li key={waiting.approval}>
          <Link to={pageOf(service, waiting)}>{t(`approvals.acts.${namedAct(waiting.act)}`, { service })}</Link>{' '}
          {t('approvals.line', { by: waiting.by, until: shortInRome(i18n.language, Date.parse(waiting.until)) })}
        </li>
      ))}
    </ul>
  );
}

const acts = ['set-aside-dead-letter', 'open-campaign', 'open-quarantine', 'arm-calendar', 'accept-loss'] as const;

/** An act that the pages have words for; one of a newer service is told as another. */
function namedAct(act: string): (typeof acts)[number] | 'other' {
  return acts.find((each) => each === act) ?? 'other';
}

/** Where an act is looked at; acts without a page of their own stay on the home page. */
function pageOf(service: ApprovingService, { act, command }: WaitingAct): string {
  const { letter, campaign } = command as { readonly letter?: string; readonly campaign?: string };
  if (act === 'set-aside-dead-letter') return `/operatore/fatti/${service}/${letter}`;
  if (act === 'open-campaign') return `/operatore/campagne/${campaign}`;
  return act === 'open-quarantine' ? '/operatore/quarantena' : '/operatore';
}
