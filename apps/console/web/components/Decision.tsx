import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'design-react-kit';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isPurpose } from '../api/services.ts';
import { Notice } from './Notice.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';
import { ReasonField } from './PurposeField.tsx';
import { useKept } from './use-kept.ts';

interface DecisionProps {
  /** What is decided, as the button says it. */
  readonly title: string;
  /** Which thing it is about: the reason that was typed is kept for it. */
  readonly about: string;
  /** What will happen, told before it does. */
  readonly happens: ReactNode;
  /** What is said when it has happened. */
  readonly done: string;
  readonly act: (reason: string) => Promise<unknown>;
  /** The lists and things that are no longer as they were. */
  readonly changes: readonly string[];
}

/** Something that an operator decides: what will happen, why, the confirmation; a refusal in its own words. */
export function Decision({ title, about, happens, done, act, changes }: DecisionProps) {
  const { t } = useTranslation();
  const [isAsked, ask] = useState(false);
  const [reason, give] = useKept(`reason.${about}`);
  const queries = useQueryClient();
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all(changes.map((change) => queries.invalidateQueries({ queryKey: [change] }))),
  });
  if (isSuccess) return <Notice color="success">{done}</Notice>;
  if (!isAsked)
    return (
      <Button color="primary" outline size="sm" onClick={() => ask(true)}>
        {title}
      </Button>
    );
  return (
    <form
      aria-label={title}
      onKeyDown={({ key }) => key === 'Escape' && ask(false)}
      onSubmit={(event) => {
        event.preventDefault();
        if (isPurpose(reason)) mutate(reason);
      }}
    >
      <p>{happens}</p>
      <div className="filters">
        <ReasonField value={reason} change={give} />
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <Button color="primary" disabled={isPending}>
        {t('decision.confirm', { title })}
      </Button>{' '}
      <Button type="button" color="primary" outline onClick={() => ask(false)}>
        {t('blocks.leave')}
      </Button>
    </form>
  );
}
