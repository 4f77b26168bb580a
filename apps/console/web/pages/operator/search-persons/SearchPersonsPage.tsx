import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFoundHolders } from '../../../api/holders.ts';
import type { FoundHolder } from '../../../api/holders.ts';
import { isPurpose } from '../../../api/services.ts';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { SearchForm } from '../../../components/SearchForm.tsx';
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
  usePageTitle(t('persons.title'));
  return (
    <>
      <h1>{t('persons.title')}</h1>
      <SearchForm
        fields={[{ name: 'search', label: t('persons.search'), required: true, minLength: 2, maxLength: 300 }]}
        asked={{ search: asked }}
        purpose={purpose}
        hint={t('persons.hint')}
        search={(typed, why) => {
          keepPurpose(why);
          setSearch({ cerca: (typed.search ?? '').trim() });
        }}
      />
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
