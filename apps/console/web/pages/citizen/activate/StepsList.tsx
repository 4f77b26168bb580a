import { useTranslation } from 'react-i18next';
import type { Step } from '../../../api/portal.ts';

/** The steps after the first, opening the portal, in their order. */
const steps = ['sign-in', 'change-password', 'accept-terms', 'set-questions', 'confirm'] as const;

interface StepsListProps {
  /** The step to do now; null when none is. */
  readonly next: Step | null;
  /** The time for them has passed. */
  readonly isOver: boolean;
}

/** All six steps, each done, to do now, or still to come. */
export function StepsList({ next, isOver }: StepsListProps) {
  const { t } = useTranslation();
  const at = next === null ? (isOver ? 0 : steps.length) : steps.indexOf(next);
  return (
    <ol className="steps" aria-label={t('citizen.stepsLabel')}>
      {(['open', ...steps] as const).map((step, index) => {
        const how = isOver ? 'over' : index <= at ? 'done' : index === at + 1 ? 'now' : 'to-come';
        return (
          <li key={step} className={how} aria-current={how === 'now' ? 'step' : undefined}>
            {t(`citizen.steps.${step}`)} <span className="small">{t(`citizen.how-far.${how}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}
