import { useTranslation } from 'react-i18next';
import type { LiveDocument } from '../../../api/live.tsx';

const marks = { ok: '●', degraded: '◐', down: '○', unknown: '…' } as const;
const looks = { ok: 'good', degraded: 'warning', down: 'bad', unknown: '' } as const;

/** Each service, how it is and what it lacks. One that is down changes its own row and nothing else. */
export function ServicesHealth({ services }: { readonly services: LiveDocument['services'] }) {
  const { t } = useTranslation();
  if (services.length === 0) return <p>{t('services.none')}</p>;
  return (
    <table className="table">
      <caption className="visually-hidden">{t('services.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('services.name')}</th>
          <th scope="col">{t('services.stateTitle')}</th>
          <th scope="col">{t('services.lacks')}</th>
        </tr>
      </thead>
      <tbody>
        {services.map(({ name, state, lacks }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={looks[state]}>
              <span aria-hidden="true">{marks[state]} </span>
              {t(`services.states.${state}`)}
            </td>
            <td>{lacks.length === 0 ? t('services.nothing') : lacks.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
