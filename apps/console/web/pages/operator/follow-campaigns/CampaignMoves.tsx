import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useMoves } from '../../../api/moves.ts';
import { MoveLine } from '../../../components/MoveLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';

const states = ['planned', 'announced', 'confirmed', 'completed', 'lapsed', 'refused'] as const;

interface CampaignMovesProps {
  readonly campaign: string;
  /** A state, `late`, or empty for all. */
  readonly chosen: string;
  readonly choose: (chosen: string) => void;
  readonly purpose: string;
}

/** The moves of a campaign, each with its holder. */
export function CampaignMoves({ campaign, chosen, choose, purpose }: CampaignMovesProps) {
  const { t } = useTranslation();
  const id = useId();
  const state = states.find((each) => each === chosen);
  const filter = { ...(state !== undefined && { state }), ...(chosen === 'late' && { late: 'true' as const }) };
  return (
    <>
      <div className="filters">
        <div>
          <label htmlFor={id}>{t('person.state')}</label>
          <select id={id} value={chosen} onChange={({ target }) => choose(target.value)}>
            <option value="">{t('report.all')}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {t(`campaign.moveStates.${each}`)}
              </option>
            ))}
            <option value="late">{t('home.late')}</option>
          </select>
        </div>
      </div>
      <PagedList
        file={`passaggi-${campaign}`}
        pages={useMoves(campaign, filter, purpose)}
        summary={(count) => count === 0 && <p>{t('moves.none')}</p>}
        row={(move) => <MoveLine key={move.id} move={move} withHolder />}
      />
    </>
  );
}
