import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useTakeStep } from '../../../api/portal.ts';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';

/** Step 6: what will happen is said before it is asked for; there is no way back. */
export function Confirm({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useTakeStep(id);
  return (
    <>
      <ul>
        {(['newBox', 'oldBox', 'messages', 'noWayBack'] as const).map((what) => (
          <li key={what}>{t(`citizen.confirm.${what}`)}</li>
        ))}
      </ul>
      {error !== null && <ProblemNotice error={error} />}
      <Button color="primary" disabled={isPending} onClick={() => mutate({ step: 'confirm' })}>
        {t('citizen.confirm.give')}
      </Button>
    </>
  );
}
