import { useTranslation } from 'react-i18next';
import { useFrequentQuestions } from '../../api/portal.ts';
import { Card } from '../../components/Card.tsx';
import { wordsIn } from '../../i18n/formats.ts';

/** What many holders ask, with the programme's answers; nothing where it cannot be read. */
export function FrequentQuestions() {
  const { t, i18n } = useTranslation();
  const items = useFrequentQuestions().data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t('citizen.questions')} wide>
      {items.map(({ id, question, answer }) => (
        <details key={id}>
          <summary>{wordsIn(i18n.language, question)}</summary>
          <p>{wordsIn(i18n.language, answer)}</p>
        </details>
      ))}
    </Card>
  );
}
