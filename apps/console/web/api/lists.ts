import { useInfiniteQuery } from '@tanstack/react-query';

/** A page of a service's list. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

interface ListOptions<Item> {
  /** Names the list and what it is asked for with. */
  readonly key: readonly unknown[];
  /** Asks for a page: the first when `after` is empty. */
  readonly ask: (after: { readonly after?: string }) => Promise<ListPage<Item>>;
  /** Nothing is asked while it is false. */
  readonly enabled?: boolean;
}

/** A list of a service, page after page, in the service's order. */
export function useList<Item>({ key, ask, enabled = true }: ListOptions<Item>) {
  return useInfiniteQuery({
    queryKey: key,
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => ask(pageParam === undefined ? {} : { after: pageParam }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
