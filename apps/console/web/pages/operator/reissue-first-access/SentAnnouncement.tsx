import { useTranslation } from 'react-i18next';
import { useOverview } from '../../../api/holders.ts';
import type { Overview } from '../../../api/holders.ts';
import { Card } from '../../../components/Card.tsx';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

const againMs = 2_000;

interface SentAnnouncementProps {
  readonly holder: string;
  readonly enrolment: string;
  readonly generation: number;
  readonly reason: string;
}

/** What has become of a re-issue: it is followed until the announcement with the new password has been written. */
export function SentAnnouncement({ holder, enrolment, generation, reason }: SentAnnouncementProps) {
  const { t, i18n } = useTranslation();
  const writtenAt = (overview: Overview | undefined) =>
    overview?.enrolments.find((each) => each.id === enrolment && each.generation >= generation)?.givenAt ?? null;
  const purpose = t('reissue.purpose', { reason });
  const { data, error, refetch } = useOverview(holder, purpose, (seen) => (writtenAt(seen) === null ? againMs : false));
  const at = writtenAt(data);
  return (
    <Card title={t('reissue.done')} wide>
      <Notice color="success">{t('reissue.doneText', { generation })}</Notice>
      {error !== null && <ProblemNotice error={error} retry={() => void refetch()} />}
      <Facts
        of={[
          [t('reissue.void'), t('reissue.voidedNow', { generation: generation - 1 })],
          [
            t('reissue.announcement'),
            at === null ? (
              <Waiting key="" words={t('reissue.waiting')} />
            ) : (
              t('reissue.written', { at: shortInRome(i18n.language, at), generation })
            ),
          ],
          [t('reissue.reason'), reason],
          [t('person.id'), <Copied key="" value={enrolment} />],
        ]}
      />
    </Card>
  );
}
