import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { LiveDocument } from '../../../api/live.tsx';
import { instantInRome, number } from '../../../i18n/formats.ts';
import { Notice } from '../../../components/Notice.tsx';
import { parts, progressOf } from './progress.ts';
import type { Part, Progress } from './progress.ts';
import './RunProgress.css';

/** Where the rehearsal stands: which part is under way, how much of it is done, and where to go when it is over. */
export function RunProgress({ live }: { readonly live: LiveDocument }) {
  const { t } = useTranslation();
  const progress = progressOf(live);
  const words = useWords(progress);
  if (progress === null) return null;
  if (progress.words === 'failed') return <Notice color="danger">{words}</Notice>;
  if (progress.words === 'ended')
    return (
      <Notice color="success">
        {words}. <Link to="/resoconto">{t('campaign.toReport')}</Link>
      </Notice>
    );
  return (
    <section aria-label={t('campaign.progress')} className="run-progress">
      <ol>
        {parts.map((part) => (
          <li key={part} aria-current={part === progress.part ? 'step' : undefined}>
            {t(`campaign.stages.${part}`)}{' '}
            <span className="small">({t(`campaign.stageState.${stateOf(part, progress)}`)})</span>
          </li>
        ))}
      </ol>
      <progress max={1} value={progress.part === 'trace' ? undefined : progress.done} aria-label={words} />
      <p>{words}</p>
    </section>
  );
}

function stateOf(part: Part, progress: Progress): 'done' | 'now' | 'next' {
  if (progress.part === part) return 'now';
  const at = progress.part === null ? -1 : parts.indexOf(progress.part);
  return parts.indexOf(part) < at ? 'done' : 'next';
}

function useWords(progress: Progress | null): string {
  const { t, i18n } = useTranslation();
  if (progress === null) return '';
  switch (progress.words) {
    case 'reading':
    case 'import': {
      const { done, of } = progress.count;
      const shown = { done: number(i18n.language, done), of: number(i18n.language, of) };
      return t(`campaign.stage.${progress.words}`, shown);
    }
    case 'campaign':
      return t('campaign.stage.campaign', { time: instantInRome(i18n.language, progress.clock) });
    case 'starting':
    case 'trace':
    case 'ended':
    case 'failed':
      return t(`campaign.stage.${progress.words}`);
  }
}
