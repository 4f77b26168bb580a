import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from 'design-react-kit';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './ProblemNotice.tsx';
import { Waiting } from './Waiting.tsx';

interface PagedListProps<Item> {
  /** The pages of a service's list, asked one after the other. */
  readonly pages: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  /** Stands above the items, or instead of them when there are none. */
  readonly summary: (count: number) => ReactNode;
  /** One `li` with its key. */
  readonly row: (item: Item) => ReactNode;
  /** Leaves out items that do not belong here. */
  readonly only?: (item: Item) => boolean;
  readonly className?: string;
}

/** A list in all of its states: on its way, refused or away, empty, and with more to ask for. */
export function PagedList<Item>({ pages, summary, row, only = () => true, className }: PagedListProps<Item>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = pages;
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items).filter(only);
  return (
    <>
      {summary(items.length)}
      {items.length > 0 && <ul className={className}>{items.map(row)}</ul>}
      {hasNextPage && (
        <Button color="primary" outline disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('state.more')}
        </Button>
      )}
    </>
  );
}
