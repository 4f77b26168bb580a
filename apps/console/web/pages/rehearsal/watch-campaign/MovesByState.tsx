import { useTranslation } from 'react-i18next';
import type { LiveDocument } from '../../../api/live.tsx';
import { number } from '../../../i18n/formats.ts';
import './MovesByState.css';

const order = ['completed', 'confirmed', 'announced', 'planned', 'lapsed', 'refused'] as const;

interface MovesProps {
  readonly moves: LiveDocument['moves'];
  readonly rows: NonNullable<LiveDocument['campaign']>['rows'];
}

/** How many moves are in each state: a bar for the eye, figures with words for everybody. */
export function MovesByState({ moves, rows }: MovesProps) {
  const { t, i18n } = useTranslation();
  const shown = (value: number) => number(i18n.language, value);
  const all = order.reduce((sum, state) => sum + moves[state], 0);
  return (
    <>
      <p>{t('campaign.movesTotal', { count: all, number: shown(all) })}</p>
      <div className="states-bar" aria-hidden="true">
        {order.map((state) => (
          <span key={state} className={`state-${state}`} style={{ flexGrow: moves[state] }} />
        ))}
      </div>
      <dl className="states">
        {order.map((state) => (
          <div key={state}>
            <dt>
              <span className={`swatch state-${state}`} aria-hidden="true" />
              {t(`campaign.moveStates.${state}`)}
            </dt>
            <dd>{shown(moves[state])}</dd>
          </div>
        ))}
      </dl>
      {rows !== null && (
        <p className="small">
          {t('campaign.rows', {
            rows: shown(rows.rows),
            accepted: shown(rows.accepted),
            rejected: shown(rows.rejected),
            unchanged: shown(rows.unchanged),
          })}
        </p>
      )}
    </>
  );
}
