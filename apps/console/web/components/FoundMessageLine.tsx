import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FoundMessage } from '../api/messages.ts';
import { shortInRome } from '../i18n/formats.ts';
import { useMay } from '../api/session.tsx';
import { visible } from '../i18n/visible.ts';

/** A message in a list: when, from whom, to whom, about what, how it stands. */
export function FoundMessageLine({ message }: { readonly message: FoundMessage }) {
  const { t, i18n } = useTranslation();
  const { at, sender, recipients, state } = message;
  return (
    <li>
      {shortInRome(i18n.language, at)} <Title message={message} />{' '}
      {t('messages.between', { sender, recipients: recipients.join(', ') })}{' '}
      <span className="small">{t(`messageStates.${state ?? 'arrived'}`)}</span>
    </li>
  );
}

/** Its subject, with the way to the message for whoever may read it. */
function Title({ message: { key, subject } }: { readonly message: FoundMessage }) {
  const { t } = useTranslation();
  const mayRead = useMay('certified-mail', 'read-message');
  const title = visible(subject ?? t('messages.noSubject'));
  return mayRead ? (
    <Link to={`/operatore/messaggi/${encodeURIComponent(key)}`}>{title}</Link>
  ) : (
    <strong>{title}</strong>
  );
}
