import { useTranslation } from 'react-i18next';
import { useFrequentQuestions } from '../../api/portal.ts';
import { Card } from '../../components/Card.tsx';

/** What many holders ask, with the programme's answers; nothing where it cannot be read. */
export function FrequentQuestions() {
  const { t, i18n } = useTranslation();
  const items = useFrequentQuestions().data?.items ?? [];
  if (items.length === 0) return null;
  const language = i18n.language === 'it' ? 'it' : 'en';
  return (
    <Card title={t('citizen.questions')} wide>
      {items.map(({ id, question, answer }) => (
        <details key={id}>
          <summary>{question[language]}</summary>
          <p>{answer[language]}</p>
        </details>
      ))}
    </Card>
  );
}
