import { Button } from 'design-react-kit';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHolderSession, useHolderSignOut } from '../../api/portal.ts';
import type { HolderSession } from '../../api/portal.ts';
import { Notice } from '../../components/Notice.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { wallTime } from '../../i18n/formats.ts';
import { Activation } from './activate/Activation.tsx';
import { Boxes } from './Boxes.tsx';
import { ChoosePin } from './choose-pin/ChoosePin.tsx';
import { FrequentQuestions } from './FrequentQuestions.tsx';
import { OtherSessions } from './OtherSessions.tsx';
import { HolderSignIn } from './sign-in/HolderSignIn.tsx';
import './citizen.css';

/** The portal of holders: whoever has not signed in may do so here; the others see what is theirs to do. */
export default function CitizenPage() {
  const { t } = useTranslation();
  const { data } = useHolderSession();
  const session = data?.session ?? null;
  const [begun, begin] = useState<HolderSession | null>(null);
  usePageTitle(t('citizen.title'));
  useEffect(() => {
    if (session !== null) begin(session);
  }, [session]);
  // A session that ends under a form takes nothing that was typed with it: one signs in again above it.
  const shown = session ?? begun;
  return (
    <>
      <h1>{t('citizen.title')}</h1>
      {data === undefined && <Waiting words={t('state.loading')} />}
      {data?.away === true && <Notice color="warning">{t('citizen.away')}</Notice>}
      {data !== undefined && session === null && <HolderSignIn isAgain={begun !== null} />}
      {session !== null && <Leave session={session} left={() => begin(null)} />}
      {shown !== null && <Work session={shown} />}
      {session !== null && session.scope !== 'first-pin' && (
        <>
          <Boxes />
          <OtherSessions />
        </>
      )}
      <FrequentQuestions />
    </>
  );
}

function Work({ session: { scope, enrolment } }: { readonly session: HolderSession }) {
  return enrolment === null || scope !== 'enrolment' ? (
    <ChoosePin isFirst={scope === 'first-pin'} />
  ) : (
    <Activation key={enrolment} id={enrolment} />
  );
}

function Leave({ session, left }: { readonly session: HolderSession; readonly left: () => void }) {
  const { t, i18n } = useTranslation();
  const { mutate, isPending } = useHolderSignOut(session.csrf);
  return (
    <p>
      {t('citizen.until', { time: wallTime(i18n.language, session.until) })}{' '}
      <Button
        color="primary"
        outline
        size="xs"
        disabled={isPending}
        onClick={() => mutate(undefined, { onSuccess: left })}
      >
        {t('citizen.leave')}
      </Button>
    </p>
  );
}
