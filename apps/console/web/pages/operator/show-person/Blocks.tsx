import { Button } from 'design-react-kit';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiftBlock } from '../../../api/holders.ts';
import type { Overview } from '../../../api/holders.ts';
import { useMay } from '../../../api/session.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

/** Who is kept out and until when, and the end of it once the holder has proved otherwise who they are. */
export function Blocks({ person }: { readonly person: Overview }) {
  const { t, i18n } = useTranslation();
  const mayLift = useMay('identity', 'lift-block');
  const { mutate, error, isPending } = useLiftBlock(person.id);
  const [isAsked, ask] = useState(false);
  return (
    <>
      <ul>
        {person.blocks.map(({ keepsOut, from, until }) => (
          <li key={`${keepsOut} ${from}`}>
            {t(`blocks.${keepsOut}`, {
              from: shortInRome(i18n.language, from),
              until: shortInRome(i18n.language, until),
            })}
          </li>
        ))}
      </ul>
      {error !== null && <ProblemNotice error={error} retry={() => mutate()} />}
      {mayLift && !isAsked && (
        <Button color="primary" outline onClick={() => ask(true)}>
          {t('blocks.lift')}
        </Button>
      )}
      {isAsked && (
        <div role="group" aria-label={t('blocks.lift')} onKeyDown={({ key }) => key === 'Escape' && ask(false)}>
          <p>{t('blocks.question')}</p>
          <Button color="primary" autoFocus disabled={isPending} onClick={() => mutate()}>
            {t('blocks.confirm')}
          </Button>{' '}
          <Button color="primary" outline onClick={() => ask(false)}>
            {t('blocks.leave')}
          </Button>
        </div>
      )}
    </>
  );
}
