import { useTranslation } from 'react-i18next';
import type { FoundMessage } from '../api/messages.ts';
import { shortInRome } from '../i18n/formats.ts';
import { visible } from '../i18n/visible.ts';
import { MessageLink } from './MessageLink.tsx';

/** A message in a list: when, from whom, to whom, about what, how it stands. */
export function FoundMessageLine({ message }: { readonly message: FoundMessage }) {
  const { t, i18n } = useTranslation();
  const { key, subject, at, sender, recipients, state } = message;
  return (
    <li>
      {shortInRome(i18n.language, at)} <MessageLink to={key}>{visible(subject ?? t('messages.noSubject'))}</MessageLink>{' '}
      {t('messages.between', { sender, recipients: recipients.join(', ') })}{' '}
      <span className="small">{t(`messageStates.${state ?? 'arrived'}`)}</span>
    </li>
  );
}
