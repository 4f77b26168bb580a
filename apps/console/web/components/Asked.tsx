import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './ProblemNotice.tsx';
import { Waiting } from './Waiting.tsx';

interface AskedProps<Data> {
  readonly of: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked of a service, once it has come; until then that it is on its way, or why it does not come. */
export function Asked<Data>({ of, children }: AskedProps<Data>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = of;
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  return children(data);
}
