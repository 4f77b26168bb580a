import { useTranslation } from 'react-i18next';
import { useFoundMessages } from '../../../api/messages.ts';
import type { MessageQuery } from '../../../api/messages.ts';
import { FoundMessageLine } from '../../../components/FoundMessageLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';

interface BoxMessagesProps {
  readonly query: MessageQuery;
  readonly purpose: string;
}

/** The messages that a box has sent, or that came for it, the newest first. */
export function BoxMessages({ query, purpose }: BoxMessagesProps) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="messaggi"
      pages={useFoundMessages(query, purpose)}
      summary={(count) => count === 0 && <p>{t('messages.none')}</p>}
      row={(message) => <FoundMessageLine key={message.key} message={message} />}
    />
  );
}
