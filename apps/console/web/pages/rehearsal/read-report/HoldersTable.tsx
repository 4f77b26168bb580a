import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Holder } from '../../../api/report.ts';
import { number, shortInRome } from '../../../i18n/formats.ts';
import { filterIn, matching, outcomes, searchOf } from './holders.ts';
import type { HolderFilter, Outcome } from './holders.ts';
import './HoldersTable.css';

const atATime = 50;

/** Everybody of the campaign, with a search; on a narrow screen each row becomes a card. */
export function HoldersTable({ holders }: { readonly holders: readonly Holder[] }) {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [shown, setShown] = useState(atATime);
  // The address follows a moment later than what is typed, and would take letters back.
  const [filter, setFilter] = useState(() => filterIn(search));
  const found = matching(holders, filter);
  const part = found.slice(0, shown);
  const change = (wanted: Partial<HolderFilter>) => {
    const next = { ...filter, ...wanted };
    setShown(atATime);
    setFilter(next);
    setSearch(searchOf(next), { replace: true, preventScrollReset: true });
  };
  const figures = { shown: number(i18n.language, part.length), found: number(i18n.language, found.length) };
  return (
    <>
      <Filters filter={filter} change={change} />
      <p role="status">{found.length === 0 ? t('report.nobody') : t('report.found', figures)}</p>
      {found.length > 0 && <Rows holders={part} />}
      {part.length < found.length && (
        <Button className="no-print" color="primary" outline onClick={() => setShown(shown + atATime)}>
          {t('report.more')}
        </Button>
      )}
    </>
  );
}

interface FiltersProps {
  readonly filter: HolderFilter;
  readonly change: (wanted: Partial<HolderFilter>) => void;
}

function Filters({ filter, change }: FiltersProps) {
  const { t } = useTranslation();
  const [text, outcome] = [useId(), useId()];
  return (
    <form className="filters no-print" role="search" onSubmit={(event) => event.preventDefault()}>
      <div>
        <label htmlFor={text}>{t('report.search')}</label>
        <input id={text} type="search" value={filter.text} onChange={({ target }) => change({ text: target.value })} />
      </div>
      <div>
        <label htmlFor={outcome}>{t('report.stateFilter')}</label>
        <select
          id={outcome}
          value={filter.outcome ?? ''}
          onChange={({ target }) => change({ outcome: target.value === '' ? null : (target.value as Outcome) })}
        >
          <option value="">{t('report.all')}</option>
          {outcomes.map((name) => (
            <option key={name} value={name}>
              {t(`report.states.${name}`)}
            </option>
          ))}
        </select>
      </div>
    </form>
  );
}

const columns = ['code', 'from', 'to', 'state', 'at'] as const;

function Rows({ holders }: { readonly holders: readonly Holder[] }) {
  const { t, i18n } = useTranslation();
  const shownAt = (at: string | null) => (at === null ? t('report.never') : shortInRome(i18n.language, Date.parse(at)));
  return (
    <table className="table holders" role="table">
      <caption className="visually-hidden">{t('report.holders')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column} scope="col" role="columnheader">
              {t(`report.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {holders.map(({ codiceFiscale, from, to, state, completedAt }) => (
          <tr key={codiceFiscale} role="row">
            <th scope="row" role="rowheader">
              {codiceFiscale}
            </th>
            <td role="cell" data-label={t('report.from')}>
              {from}
            </td>
            <td role="cell" data-label={t('report.to')}>
              {to ?? '–'}
            </td>
            <td role="cell" data-label={t('report.state')}>
              {t(`report.states.${state}`)}
            </td>
            <td role="cell" data-label={t('report.at')}>
              {shownAt(completedAt)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
