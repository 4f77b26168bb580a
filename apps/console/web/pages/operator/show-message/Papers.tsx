import { useTranslation } from 'react-i18next';
import type { MessageLife } from '../../../api/messages.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';

/** Envelopes, receipts and notices: those that were made here, and those that providers brought. */
export function Papers({ life: { emissions, arrivals } }: { readonly life: MessageLife }) {
  const { t, i18n } = useTranslation();
  const paper = (kind: string) => t(`emissions.${kind}` as 'emissions.anomalia', kind);
  if (emissions.length + arrivals.length === 0) return <p>{t('message.noPapers')}</p>;
  return (
    <ul>
      {emissions.map(({ kind, at, messageId, about, towards, state }) => (
        <li key={messageId}>
          {shortInRome(i18n.language, at)} <strong>{visible(paper(kind))}</strong>{' '}
          {about.length > 0 && t('message.about', { about: about.join(', ') })}{' '}
          {towards !== null && t('message.towards', { towards })}{' '}
          <span className="small">{t(`emissionStates.${state}` as 'emissionStates.sent', state)}</span>
        </li>
      ))}
      {arrivals.map(({ tipo, at, signedBy, boxes }) => (
        <li key={`${tipo} ${at} ${signedBy} ${boxes.join(' ')}`}>
          {shortInRome(i18n.language, at)} <strong>{visible(paper(tipo))}</strong> {t('message.signedBy', { signedBy })}{' '}
          {boxes.length > 0 && t('message.about', { about: boxes.join(', ') })}
        </li>
      ))}
    </ul>
  );
}
