import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useFoundMessages } from '../../../api/messages.ts';
import type { MessageQuery } from '../../../api/messages.ts';
import { isPurpose } from '../../../api/services.ts';
import { FoundMessageLine } from '../../../components/FoundMessageLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { SearchForm } from '../../../components/SearchForm.tsx';
import { useKept } from '../../../components/use-kept.ts';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { addressOf, fields, queryIn } from './message-search.ts';

/** A certified message is found by identificativo, sender, recipient and day; what is looked for stands in the page's address. */
export default function SearchMessagesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [purpose, keepPurpose] = useKept('purpose');
  const query = queryIn(search);
  usePageTitle(t('messages.title'));
  return (
    <>
      <h1>{t('messages.title')}</h1>
      <SearchForm
        fields={fields.map((name) => ({
          name,
          label: t(`messages.fields.${name}`),
          maxLength: 998,
          ...(name === 'day' && { type: 'date' }),
        }))}
        asked={query}
        purpose={purpose}
        hint={t('messages.hint')}
        search={(typed, why) => {
          keepPurpose(why);
          setSearch(addressOf(typed));
        }}
      />
      {isPurpose(purpose) && Object.keys(query).length > 0 && <Found query={query} purpose={purpose} />}
    </>
  );
}

function Found({ query, purpose }: { readonly query: MessageQuery; readonly purpose: string }) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="messaggi"
      pages={useFoundMessages(query, purpose)}
      summary={(count) => <p role="status">{count === 0 ? t('messages.none') : t('messages.found', { count })}</p>}
      row={(message) => <FoundMessageLine key={message.key} message={message} />}
    />
  );
}
