import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from 'design-react-kit';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { csvOf } from './csv.ts';
import { ProblemNotice } from './ProblemNotice.tsx';
import { SavedFile } from './SavedFile.tsx';
import { Waiting } from './Waiting.tsx';

interface PagedListProps<Item extends object> {
  /** The pages of a service's list, asked one after the other. */
  readonly pages: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  /** Stands above the items, or instead of them when there are none. */
  readonly summary: (count: number) => ReactNode;
  /** One `li` with its key. */
  readonly row: (item: Item) => ReactNode;
  /** Leaves out items that do not belong here. */
  readonly only?: (item: Item) => boolean;
  /** The name under which the whole list is saved as CSV; a list without one is not offered. */
  readonly file?: string;
  readonly className?: string;
}

/** A list in all of its states: on its way, refused or away, empty, and with more to ask for. */
export function PagedList<Item extends object>({
  pages,
  summary,
  row,
  only = () => true,
  file,
  className,
}: PagedListProps<Item>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = pages;
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items).filter(only);
  return (
    <>
      {summary(items.length)}
      {items.length > 0 && <ul className={className}>{items.map(row)}</ul>}
      {file !== undefined && items.length > 0 && (
        <SavedFile name={`${file}.csv`} type="text/csv" content={async () => csvOf((await whole(pages)).filter(only))}>
          {t('state.csv')}
        </SavedFile>
      )}{' '}
      {hasNextPage && (
        <Button color="primary" outline disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('state.more')}
        </Button>
      )}
    </>
  );
}

/** Every item of a list, its pages that nobody has looked at yet included. @throws Error when one of them does not come */
async function whole<Item extends object>(pages: PagedListProps<Item>['pages']): Promise<readonly Item[]> {
  let last = pages;
  while (last.hasNextPage) last = await last.fetchNextPage({ throwOnError: true });
  return last.data?.pages.flatMap((page) => page.items) ?? [];
}
