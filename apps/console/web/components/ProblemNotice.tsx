import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { Refused } from '../api/services.ts';
import { signInAddress } from '../api/session.tsx';
import { Notice } from './Notice.tsx';

interface ProblemNoticeProps {
  readonly error: Error;
  /** Offered where asking again may help. */
  readonly retry?: () => void;
}

/**
 * Why something was not shown or done: the words of the refusal, its rule and code. Behind the operators’ door a 401 means that the
 * session is over; at the portal it answers what was typed, and the page itself offers the way in.
 */
export function ProblemNotice({ error, retry }: ProblemNoticeProps) {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const problem = error instanceof Refused ? error.problem : null;
  if (error instanceof Refused && error.isSessionOver && pathname.startsWith('/operatore'))
    return (
      <Notice color="warning">
        <p>{t('session.over')}</p>
        <a href={signInAddress(`${pathname}${search}`)}>{t('session.signInAgain')}</a>
      </Notice>
    );
  const mayHelp = problem === null || problem.status >= 500;
  return (
    <Notice color={mayHelp ? 'warning' : 'danger'}>
      <p>
        <strong>{problem?.detail ?? t('state.failed')}</strong>
      </p>
      {problem?.faults?.map(({ at, message }) => (
        <p key={`${at} ${message}`}>{message}</p>
      ))}
      {problem !== null && (
        <p className="small">{t('problem.reference', { rule: problem.rule, code: problem.type })}</p>
      )}
      {mayHelp && retry !== undefined && (
        <Button color="primary" outline onClick={retry}>
          {t('state.retry')}
        </Button>
      )}
    </Notice>
  );
}
