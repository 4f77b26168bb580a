import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useOverview, useReissue } from '../../../api/holders.ts';
import type { Enrolment, Overview } from '../../../api/holders.ts';
import { isPurpose } from '../../../api/services.ts';
import { Card } from '../../../components/Card.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { PurposeField } from '../../../components/PurposeField.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { useKept } from '../../../components/use-kept.ts';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { SentAnnouncement } from './SentAnnouncement.tsx';

/** A new first-access password: what will happen, why it is done, the confirmation, and what was sent. */
export default function ReissuePage() {
  const { holder = '', enrolment = '' } = useParams();
  return <PurposeGate>{(purpose) => <ReadBefore {...{ holder, enrolment, purpose }} />}</PurposeGate>;
}

interface ReadBeforeProps {
  readonly holder: string;
  readonly enrolment: string;
  readonly purpose: string;
}

function ReadBefore({ holder, enrolment, purpose }: ReadBeforeProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useOverview(holder, purpose, () => false);
  usePageTitle(t('reissue.title'));
  const found = data?.enrolments.find(({ id }) => id === enrolment);
  return (
    <>
      <h1>{t('reissue.title')}</h1>
      {isPending && <Waiting words={t('state.loading')} />}
      {error !== null && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && found === undefined && <p>{t('reissue.unknown')}</p>}
      {data !== undefined && found !== undefined && <Reissue person={data} enrolment={found} purpose={purpose} />}
      <p>
        <Link to={`/operatore/persone/${holder}`}>{t('reissue.back')}</Link>
      </p>
    </>
  );
}

interface ReissueProps {
  readonly person: Overview;
  readonly enrolment: Enrolment;
  readonly purpose: string;
}

function Reissue({ person, enrolment, purpose }: ReissueProps) {
  const { t } = useTranslation();
  // One visit of this page is one wish: who presses twice, or after an answer that got lost, has asked once.
  const [key] = useState(() => crypto.randomUUID());
  const [reason, give] = useKept(`reason.${enrolment.id}`, purpose);
  const { mutate, data, error, isPending } = useReissue(enrolment.id, key);
  const heading = useId();
  if (data !== undefined)
    return (
      <SentAnnouncement holder={person.id} enrolment={enrolment.id} generation={data.generation} reason={reason} />
    );
  return (
    <form
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        if (isPurpose(reason)) mutate(reason);
      }}
    >
      <Card title={t('reissue.preview')} wide>
        <p id={heading}>{t('reissue.happens', { name: `${person.nome} ${person.cognome}` })}</p>
        <Preview person={person} enrolment={enrolment} />
        <div className="filters">
          <PurposeField value={reason} change={give} />
        </div>
        {error !== null && <ProblemNotice error={error} />}
        <Button color="primary" disabled={isPending}>
          {t('reissue.confirm')}
        </Button>
      </Card>
    </form>
  );
}

function Preview({ person, enrolment }: Omit<ReissueProps, 'purpose'>) {
  const { t, i18n } = useTranslation();
  const old = person.boxes.filter(({ openedAt }) => openedAt !== null).map(({ address }) => address);
  const reserved = person.boxes.filter(({ openedAt }) => openedAt === null).map(({ address }) => address);
  return (
    <Facts
      of={[
        [t('reissue.void'), t('reissue.voidText', { generation: enrolment.generation })],
        [t('reissue.new'), t('reissue.newText', { generation: enrolment.generation + 1 })],
        [t('reissue.to'), old.join(', ') || t('reissue.oldBox')],
        [t('reissue.userId'), reserved.join(', ') || t('person.none')],
        [t('person.until'), shortInRome(i18n.language, enrolment.until)],
      ]}
    />
  );
}
