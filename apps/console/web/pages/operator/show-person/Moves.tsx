import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../api/holders.ts';
import { useMoves } from '../../../api/moves.ts';
import { MoveLine } from '../../../components/MoveLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';

interface MovesProps {
  readonly person: Overview;
  readonly purpose: string;
}

/** A person's moves, in every campaign for which they were enrolled. */
export function Moves({ person, purpose }: MovesProps) {
  const { t } = useTranslation();
  const campaigns = [...new Set(person.enrolments.map(({ campaign }) => campaign))];
  if (campaigns.length === 0) return <p>{t('moves.none')}</p>;
  return campaigns.map((campaign) => (
    <MovesIn key={campaign} campaign={campaign} holder={person.id} purpose={purpose} />
  ));
}

interface MovesInProps {
  readonly campaign: string;
  readonly holder: string;
  readonly purpose: string;
}

function MovesIn({ campaign, holder, purpose }: MovesInProps) {
  const { t } = useTranslation();
  return (
    <>
      <h3 className="small">{campaign}</h3>
      <PagedList
        file="passaggi"
        pages={useMoves(campaign, { holder }, purpose)}
        summary={(count) => count === 0 && <p>{t('moves.none')}</p>}
        row={(move) => <MoveLine key={move.id} move={move} />}
      />
    </>
  );
}
