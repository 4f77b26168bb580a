import { useTranslation } from 'react-i18next';
import { useChangePassword } from '../../../api/portal.ts';
import { Card } from '../../../components/Card.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { TwiceTyped } from '../../../components/TwiceTyped.tsx';

/** Another password for a box that is open: the current one is asked for, and every session ends. */
export function ChangePassword() {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useChangePassword();
  return (
    <Card title={t('citizen.change.title')} wide>
      {data === undefined ? (
        <>
          <p>{t('citizen.change.happens')}</p>
          {error !== null && <ProblemNotice error={error} />}
          <TwiceTyped
            current={t('citizen.change.current')}
            label={t('citizen.password.label')}
            hint={t('citizen.password.hint')}
            again={t('citizen.password.again')}
            button={t('citizen.change.give')}
            isPending={isPending}
            maxLength={256}
            give={(password, current) => mutate({ current, password })}
          />
        </>
      ) : (
        <Notice color="success">{t('citizen.change.done')}</Notice>
      )}
    </Card>
  );
}
