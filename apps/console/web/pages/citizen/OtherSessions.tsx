import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useEndOtherSessions } from '../../api/portal.ts';
import { Card } from '../../components/Card.tsx';
import { Notice } from '../../components/Notice.tsx';
import { ProblemNotice } from '../../components/ProblemNotice.tsx';

/** Ends every session of whoever has signed in but this one. */
export function OtherSessions() {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useEndOtherSessions();
  return (
    <Card title={t('citizen.sessions.title')} wide>
      <p>{t('citizen.sessions.happens')}</p>
      {error !== null && <ProblemNotice error={error} />}
      {data === undefined ? (
        <Button color="primary" outline disabled={isPending} onClick={() => mutate()}>
          {t('citizen.sessions.end')}
        </Button>
      ) : (
        <Notice color="success">{t('citizen.sessions.done')}</Notice>
      )}
    </Card>
  );
}
