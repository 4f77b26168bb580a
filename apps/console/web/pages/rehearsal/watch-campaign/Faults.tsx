import { useTranslation } from 'react-i18next';
import type { LiveDocument } from '../../../api/live.tsx';
import { wallTime } from '../../../i18n/formats.ts';

type Deaths = NonNullable<LiveDocument['run']>['deaths'];

/** What has fallen and was started again, the newest first. */
export function Faults({ deaths }: { readonly deaths: Deaths }) {
  const { t, i18n } = useTranslation();
  if (deaths.length === 0) return <p>{t('faults.none')}</p>;
  return (
    <ul>
      {deaths.toReversed().map(({ name, at }) => (
        <li key={`${name} ${at}`}>
          {wallTime(i18n.language, at)}: {t('faults.fell', { name })}
        </li>
      ))}
    </ul>
  );
}
