import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useFoundMessages } from '../../../api/messages.ts';
import type { MessageQuery } from '../../../api/messages.ts';
import { isPurpose } from '../../../api/services.ts';
import { FoundMessageLine } from '../../../components/FoundMessageLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { PurposeField } from '../../../components/PurposeField.tsx';
import { useKept } from '../../../components/use-kept.ts';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { addressOf, fields, queryIn } from './message-search.ts';
import type { Field } from './message-search.ts';

/** A certified message is found by identificativo, sender, recipient and day; what is looked for stands in the page's address. */
export default function SearchMessagesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [purpose, keepPurpose] = useKept('purpose');
  const query = queryIn(search);
  const [typed, type] = useState({ query, purpose });
  usePageTitle(t('messages.title'));
  return (
    <>
      <h1>{t('messages.title')}</h1>
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          keepPurpose(typed.purpose);
          setSearch(addressOf(typed.query));
        }}
      >
        {fields.map((field) => (
          <SearchField
            key={field}
            field={field}
            value={typed.query[field] ?? ''}
            change={(value) => type({ ...typed, query: { ...typed.query, [field]: value } })}
          />
        ))}
        <PurposeField value={typed.purpose} change={(value) => type({ ...typed, purpose: value })} />
        <Button color="primary">{t('persons.go')}</Button>
      </form>
      <p className="small">{t('messages.hint')}</p>
      {isPurpose(purpose) && Object.keys(query).length > 0 && <Found query={query} purpose={purpose} />}
    </>
  );
}

interface SearchFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly change: (value: string) => void;
}

function SearchField({ field, value, change }: SearchFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{t(`messages.fields.${field}`)}</label>
      <input
        id={id}
        type={field === 'day' ? 'date' : 'search'}
        value={value}
        maxLength={998}
        autoComplete="off"
        onChange={({ target }) => change(target.value)}
      />
    </div>
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
