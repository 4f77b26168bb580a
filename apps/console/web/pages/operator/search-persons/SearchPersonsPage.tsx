import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFoundHolders } from '../../../api/holders.ts';
import type { FoundHolder } from '../../../api/holders.ts';
import { isPurpose } from '../../../api/services.ts';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { PurposeField } from '../../../components/PurposeField.tsx';
import { useKept } from '../../../components/use-kept.ts';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { queryOf } from './search.ts';

/** Somebody is found by codice fiscale, name or address; what is looked for stands in the address of the page. */
export default function SearchPersonsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [purpose, keepPurpose] = useKept('purpose');
  const asked = search.get('cerca') ?? '';
  const [typed, type] = useState({ search: asked, purpose });
  const [id, hint] = [useId(), useId()];
  usePageTitle(t('persons.title'));
  return (
    <>
      <h1>{t('persons.title')}</h1>
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          keepPurpose(typed.purpose);
          setSearch({ cerca: typed.search.trim() });
        }}
      >
        <div>
          <label htmlFor={id}>{t('persons.search')}</label>
          <input
            id={id}
            type="search"
            required
            minLength={2}
            maxLength={300}
            autoComplete="off"
            aria-describedby={hint}
            value={typed.search}
            onChange={({ target }) => type({ ...typed, search: target.value })}
          />
        </div>
        <PurposeField value={typed.purpose} change={(value) => type({ ...typed, purpose: value })} />
        <Button color="primary">{t('persons.go')}</Button>
      </form>
      <p className="small" id={hint}>
        {t('persons.hint')}
      </p>
      {isPurpose(purpose) && queryOf(asked) !== null && <Found asked={asked} purpose={purpose} />}
    </>
  );
}

function Found({ asked, purpose }: { readonly asked: string; readonly purpose: string }) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="persone"
      pages={useFoundHolders(queryOf(asked), purpose)}
      summary={(count) => <p role="status">{count === 0 ? t('persons.nobody') : t('persons.found', { count })}</p>}
      row={(holder) => <FoundPerson key={holder.id} holder={holder} />}
      className="cards list-unstyled"
    />
  );
}

function FoundPerson({ holder }: { readonly holder: FoundHolder }) {
  const { t, i18n } = useTranslation();
  const { id, cognome, nome, codiceFiscale, dataNascita, addresses, enrolment } = holder;
  return (
    <li className="card-plain">
      <h2>
        <Link to={`/operatore/persone/${id}`}>{visible(`${cognome} ${nome}`)}</Link>
      </h2>
      <Facts
        of={[
          [t('person.codiceFiscale'), <Copied key="" value={codiceFiscale} />],
          [t('person.born'), dataNascita],
          [t('person.addresses'), addresses.length === 0 ? t('person.none') : addresses.join(', ')],
          [
            t('person.enrolment'),
            enrolment === null
              ? t('person.none')
              : t('person.enrolmentUntil', {
                  state: t(`enrolmentStates.${enrolment.state}`),
                  until: shortInRome(i18n.language, enrolment.until),
                }),
          ],
        ]}
      />
    </li>
  );
}
