import { useTranslation } from 'react-i18next';
import { useChoosePin } from '../../../api/portal.ts';
import { Card } from '../../../components/Card.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { TwiceTyped } from '../../../components/TwiceTyped.tsx';

/** A PIN of one's own; the first one has to be changed before it opens a box. */
export function ChoosePin({ isFirst }: { readonly isFirst: boolean }) {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useChoosePin();
  return (
    <Card title={t('citizen.pin.title')} wide>
      {data === undefined ? <p>{t(isFirst ? 'citizen.pin.first' : 'citizen.pin.other')}</p> : null}
      {data !== undefined && <Notice color="success">{t('citizen.pin.done')}</Notice>}
      {error !== null && <ProblemNotice error={error} />}
      {data === undefined && (
        <TwiceTyped
          label={t('citizen.pin.label')}
          hint={t('citizen.pin.hint')}
          again={t('citizen.pin.again')}
          button={t('citizen.pin.give')}
          isPending={isPending}
          maxLength={8}
          give={(pin) => mutate(pin)}
        />
      )}
    </Card>
  );
}
