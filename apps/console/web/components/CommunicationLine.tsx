import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Communication } from '../api/communications.ts';
import { shortInRome } from '../i18n/formats.ts';
import { visible } from '../i18n/visible.ts';
import { Copied } from './Copied.tsx';

interface CommunicationLineProps {
  readonly communication: Communication;
  /** What stands before it. */
  readonly children?: ReactNode;
}

/** What somebody was told, by which way, and what has become of it. */
export function CommunicationLine({ communication, children }: CommunicationLineProps) {
  const { t, i18n } = useTranslation();
  const { kind, channel, generation, state, askedAt, identificativo, reason } = communication;
  return (
    <li>
      {children}
      {t('communications.line', {
        kind: t(`communications.kinds.${kind}`),
        channel: t(`communications.channels.${channel}`),
        at: shortInRome(i18n.language, Date.parse(askedAt)),
        generation,
      })}{' '}
      <strong>{t(`communications.states.${state}`)}</strong>
      {reason !== null && `: ${visible(reason)}`} {identificativo !== null && <Copied value={identificativo} />}
    </li>
  );
}
