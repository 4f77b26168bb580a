import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePerson } from '../../../api/session.tsx';

/** Lists in which something may wait, with the permission that opens each, the most urgent first. */
const lists = [
  { page: 'campagne', name: 'campaigns', service: 'migration', permission: 'read-campaign' },
  { page: 'fatti', name: 'letters', service: 'identity', permission: 'list-dead-letters' },
  { page: 'invii-sospesi', name: 'holds', service: 'certified-mail', permission: 'read-holds' },
  { page: 'coda', name: 'queue', service: 'certified-mail', permission: 'operate-queue' },
  { page: 'quarantena', name: 'quarantine', service: 'certified-mail', permission: 'read-quarantine' },
] as const;

/** The ways to the lists that whoever works here may open. */
export function WaitingLists() {
  const { t } = useTranslation();
  const person = usePerson();
  const mine = lists.filter(({ service, permission }) => person?.may[service]?.includes(permission) === true);
  return (
    <ul>
      {mine.map(({ page, name }) => (
        <li key={page}>
          <Link to={`/operatore/${page}`}>{t(`home.lists.${name}`)}</Link>
        </li>
      ))}
    </ul>
  );
}
