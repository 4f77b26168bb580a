import { useTranslation } from 'react-i18next';
import { useRelease } from '../../../api/mail-desk.ts';
import type { Hold } from '../../../api/mail-desk.ts';
import { Decision } from '../../../components/Decision.tsx';

/** What may be decided about a held box: the first person asks for its release, the second confirms. */
export function Release({ hold }: { readonly hold: Hold }) {
  const { t } = useTranslation();
  const { ask, confirm, withdraw } = useRelease(hold);
  const { box, queued, request } = hold;
  if (request === null)
    return (['send', 'return'] as const).map((end) => (
      <Decision
        key={end}
        title={t(`holds.acts.${end}.title`)}
        about={`${end}.${hold.id}`}
        happens={t(`holds.acts.${end}.happens`, { box, count: queued })}
        done={t('holds.asked')}
        act={(reason) => ask(end, reason)}
        changes={['holds']}
      />
    ));
  const words = { box, by: request.by, queue: t(`holds.ends.${request.queue}`) };
  return (
    <>
      <Decision
        title={t('holds.acts.confirm.title')}
        about={`confirm.${request.id}`}
        happens={t('holds.acts.confirm.happens', words)}
        done={t('holds.released')}
        act={confirm}
        changes={['holds']}
      />{' '}
      <Decision
        title={t('holds.acts.withdraw.title')}
        about={`withdraw.${request.id}`}
        happens={t('holds.acts.withdraw.happens', words)}
        done={t('holds.withdrawn')}
        act={withdraw}
        changes={['holds']}
      />
    </>
  );
}
