import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Refused } from '../api/services.ts';
import { ProblemNotice } from './ProblemNotice.tsx';
import { Waiting } from './Waiting.tsx';

interface AskedProps<Data> {
  readonly of: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/**
 * What was asked of a service, once it has come; until then that it is on its way, or why it does not come. What has come stays when
 * it is asked again in vain, and what was typed into it: a session that is over is told by the next act.
 */
export function Asked<Data>({ of, children }: AskedProps<Data>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = of;
  if (isPending) return <Waiting words={t('state.loading')} />;
  const isOver = error instanceof Refused && error.isSessionOver;
  return (
    <>
      {error !== null && (data === undefined || !isOver) && (
        <ProblemNotice error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && children(data)}
    </>
  );
}
