import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Move } from '../api/moves.ts';
import { useMay } from '../api/session.tsx';
import { shortInRome } from '../i18n/formats.ts';
import { BoxLink } from './BoxLink.tsx';

interface MoveLineProps {
  readonly move: Move;
  /** Shows whose it is, with the way to the person. */
  readonly withHolder?: boolean;
}

/** A move: from which box to which, how far it is and since when, and the way to a new first password while there may be one. */
export function MoveLine({ move, withHolder = false }: MoveLineProps) {
  const { t, i18n } = useTranslation();
  const mayReissue = useMay('identity', 'reissue-first-access');
  const { holder, enrolment, codiceFiscale, from, to, state } = move;
  const reached = [move.completedAt, move.confirmedAt, move.announcedAt].find((each) => each !== null);
  const isOpen = state === 'planned' || state === 'announced';
  return (
    <li>
      {withHolder && (
        <>
          <Link to={`/operatore/persone/${holder}`}>{codiceFiscale}</Link>{' '}
        </>
      )}
      <BoxLink address={from} /> → {to === null ? t('moves.noAddress') : <BoxLink address={to} />}:{' '}
      <strong>{t(`campaign.moveStates.${state}`)}</strong>
      {reached !== undefined && `, ${shortInRome(i18n.language, Date.parse(reached))}`}{' '}
      {isOpen && mayReissue && (
        <Link to={`/operatore/persone/${holder}/riemissione/${enrolment}`}>{t('reissue.go')}</Link>
      )}
    </li>
  );
}
