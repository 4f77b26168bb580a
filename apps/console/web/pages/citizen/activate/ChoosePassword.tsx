import { useTranslation } from 'react-i18next';
import { useTakeStep } from '../../../api/portal.ts';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { TwiceTyped } from '../../../components/TwiceTyped.tsx';

/** Step 3. */
export function ChoosePassword({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useTakeStep(id);
  return (
    <>
      {error !== null && <ProblemNotice error={error} />}
      <TwiceTyped
        label={t('citizen.password.label')}
        hint={t('citizen.password.hint')}
        again={t('citizen.password.again')}
        button={t('citizen.password.give')}
        isPending={isPending}
        maxLength={256}
        give={(password) => mutate({ step: 'change-password', password })}
      />
    </>
  );
}
