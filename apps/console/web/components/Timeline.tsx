import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fact } from '../api/facts.ts';
import { number, shortInRome } from '../i18n/formats.ts';
import { EntryProof } from './EntryProof.tsx';
import { factWords } from './fact-words.ts';
import { PagedList } from './PagedList.tsx';
import './Timeline.css';

interface TimelineProps {
  readonly facts: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Fact[] }>>;
  /** The facts that belong here; all of them when absent. */
  readonly only?: (fact: Fact) => boolean;
  readonly purpose: string;
  /** What is added to a line, as a link. */
  readonly more?: (fact: Fact) => ReactNode;
}

/** What happened, line by line, each with the entry of the trace that proves it. */
export function Timeline({ facts, only = () => true, purpose, more }: TimelineProps) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="registro"
      pages={facts}
      only={only}
      summary={(count) => count === 0 && <p>{t('timeline.none')}</p>}
      row={(fact) => <FactLine key={fact.index} fact={fact} purpose={purpose} more={more?.(fact)} />}
      className="timeline"
    />
  );
}

interface FactLineProps {
  readonly fact: Fact;
  readonly purpose: string;
  readonly more: ReactNode;
}

function FactLine({ fact, purpose, more }: FactLineProps) {
  const { t, i18n } = useTranslation();
  const [isProven, prove] = useState(false);
  const { index, at } = fact;
  return (
    <li>
      <span className="when">{at === null ? t('timeline.noInstant') : shortInRome(i18n.language, at)}</span>
      <span>
        {factWords(i18n, fact)} {more}
      </span>
      <button type="button" className="plain" aria-expanded={isProven} onClick={() => prove(!isProven)}>
        {t('timeline.entry', { index: number(i18n.language, index) })}
      </button>
      {isProven && <EntryProof index={index} purpose={purpose} />}
    </li>
  );
}
