import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useChangeOwnPassword, useEndSession, useOwnSessions } from '../../../api/account.ts';
import { signInAddress, usePerson } from '../../../api/session.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { Card } from '../../../components/Card.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { TwiceTyped } from '../../../components/TwiceTyped.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';

/** An operator’s own account: the sessions that are open, and the password. */
export default function AccountPage() {
  const { t } = useTranslation();
  const person = usePerson();
  usePageTitle(t('account.title'));
  return (
    <>
      <h1>{t('account.title')}</h1>
      <p>
        {person?.fullName} ({person?.name})
      </p>
      <div className="cards">
        <Card title={t('account.sessions')} wide>
          <Sessions />
        </Card>
        <Card title={t('account.password')} wide>
          <Password />
        </Card>
      </div>
    </>
  );
}

function Sessions() {
  const { t, i18n } = useTranslation();
  const { mutate, error, isPending } = useEndSession();
  const told = (instant: string) => shortInRome(i18n.language, Date.parse(instant));
  return (
    <>
      <p>{t('account.sessionsHint')}</p>
      {error !== null && <ProblemNotice error={error} />}
      <Asked of={useOwnSessions()}>
        {(sessions) => (
          <ul>
            {sessions.map(({ session, since, until, isThis }) => (
              <li key={session}>
                {t('account.session', { since: told(since), until: told(until) })}{' '}
                {isThis ? (
                  <strong>{t('account.this')}</strong>
                ) : (
                  <Button color="primary" outline size="sm" disabled={isPending} onClick={() => mutate(session)}>
                    {t('account.end', { since: told(since) })}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </>
  );
}

function Password() {
  const { t } = useTranslation();
  const { mutate, error, isPending, isSuccess } = useChangeOwnPassword();
  if (isSuccess)
    return (
      <Notice color="success">
        <p>{t('account.changed')}</p>
        <a href={signInAddress('/operatore')}>{t('session.signInAgain')}</a>
      </Notice>
    );
  return (
    <>
      <p>{t('account.happens')}</p>
      {error !== null && <ProblemNotice error={error} />}
      <TwiceTyped
        current={t('account.current')}
        code={t('account.code')}
        label={t('account.new')}
        hint={t('account.hint')}
        again={t('account.again')}
        button={t('account.change')}
        isPending={isPending}
        maxLength={256}
        give={(password, current, code) => mutate({ current, code, password })}
      />
    </>
  );
}
