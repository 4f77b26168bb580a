import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useLiveDocument } from '../../../api/live.tsx';
import { useReport } from '../../../api/report.ts';
import type { RunReport } from '../../../api/report.ts';
import { ActivationCurve } from '../../../components/ActivationCurve.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { Card } from '../../../components/Card.tsx';
import { CampaignServices } from '../../../components/CampaignServices.tsx';
import { Figures } from '../../../components/Figures.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { number } from '../../../i18n/formats.ts';
import { Notice } from '../../../components/Notice.tsx';
import { daysOf } from './holders.ts';
import { HoldersTable } from './HoldersTable.tsx';

/** What the run came to, when it is over. */
export default function ReportPage() {
  const { t } = useTranslation();
  const live = useLiveDocument();
  const isOver = live?.run?.stage === 'ended';
  const { data, isLoading, isError, refetch } = useReport(isOver);
  usePageTitle(t('report.title'));
  const campaign = live?.campaign;
  return (
    <>
      <h1>{t('report.title')}</h1>
      {campaign && <CampaignServices campaign={campaign} />}
      {(live === null || isLoading) && <Waiting words={t('state.loading')} />}
      {isError && (
        <Notice color="danger">
          {t('state.failed')}{' '}
          <Button color="primary" size="sm" onClick={() => void refetch()}>
            {t('state.retry')}
          </Button>
        </Notice>
      )}
      {live !== null && !isOver && <p>{t('report.none')}</p>}
      {data && <Whole outcome={data} />}
    </>
  );
}

function Whole({ outcome: { report, broken, folder } }: { readonly outcome: RunReport }) {
  const { t } = useTranslation();
  const live = useLiveDocument();
  const run = live?.run ?? null;
  return (
    <>
      <Verdict broken={broken} />
      <div className="cards">
        <Card title={t('report.figures')} wide>
          <AllFigures report={report} />
        </Card>
        <Card title={t('curve.title')} wide>
          <ActivationCurve
            days={live?.days.length ? live.days : daysOf(report.addresses)}
            from={run?.imports ?? null}
            until={run?.ends ?? null}
            bound={run?.bound ?? null}
            now={null}
            planned={report.moves.planned}
          />
        </Card>
        <Rejects rejected={report.cohort.rejected} />
        <Trace trace={report.trace} folder={folder} />
        <Card title={t('report.restarts')}>
          <Restarts counts={report.restarts} />
        </Card>
        <Card title={t('report.holders')} wide>
          <HoldersTable holders={report.addresses} />
        </Card>
      </div>
    </>
  );
}

function Verdict({ broken }: { readonly broken: readonly string[] }) {
  const { t } = useTranslation();
  if (broken.length === 0) return <Notice color="success">{t('report.kept')}</Notice>;
  return (
    <Notice color="danger">
      <strong>{t('report.broken')}</strong>
      <ul lang="it">
        {broken.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </Notice>
  );
}

function AllFigures({ report }: { readonly report: RunReport['report'] }) {
  const { t, i18n } = useTranslation();
  const shown = (value: number) => number(i18n.language, value);
  const { cohort, moves, sla, mail, notices, trace, seconds } = report;
  const rows = {
    accepted: shown(cohort.accepted),
    rejected: shown(cohort.rejected),
    unchanged: shown(cohort.unchanged),
  };
  const took = Object.values(seconds).reduce((sum, part) => sum + part, 0) / 60;
  return (
    <Figures
      of={[
        { value: cohort.rows, words: t('report.rows', rows) },
        { value: moves.announced, words: t('report.announced') },
        { value: moves.completed, words: t('report.completed') },
        { value: moves.lapsed, words: t('report.lapsed') },
        { value: moves.refused, words: t('report.refused') },
        { value: sla.worstHours, words: t('report.worst'), digits: 1 },
        { value: mail.messages, words: t('report.messages', { receipts: shown(mail.receipts) }) },
        { value: notices.delivered, words: t('report.notices', { sent: shown(notices.sent) }) },
        { value: trace.entries, words: t('report.entries') },
        { value: took, words: t('report.took'), digits: 1 },
      ]}
    />
  );
}

function Rejects({ rejected }: { readonly rejected: number }) {
  const { t } = useTranslation();
  return (
    <Card title={t('report.rejects')}>
      {rejected === 0 ? (
        <p>{t('report.noRejects')}</p>
      ) : (
        <p>
          {t('report.rejectsText')}{' '}
          <a href="/api/report/scarti.csv" download>
            {t('report.rejectsLink')}
          </a>
        </p>
      )}
    </Card>
  );
}

interface TraceProps {
  readonly trace: RunReport['report']['trace'];
  readonly folder: string;
}

function Trace({ trace, folder }: TraceProps) {
  const { t, i18n } = useTranslation();
  const entries = number(i18n.language, trace.entries);
  return (
    <Card title={t('report.trace')}>
      <p className={trace.verified ? 'good' : 'bad'}>
        {trace.verified ? t('report.traceVerified', { entries }) : t('report.traceNotVerified')}
      </p>
      <p>
        {t('report.root')}: <code>{trace.rootHash}</code>
      </p>
      <p>
        {t('report.verify')} <code>npm run verify-trace -- {`${folder}/trace`}</code>
      </p>
    </Card>
  );
}

function Restarts({ counts }: { readonly counts: RunReport['report']['restarts'] }) {
  const { t } = useTranslation();
  const fallen = Object.entries(counts).filter(([, count]) => count > 0);
  if (fallen.length === 0) return <p>{t('report.noRestarts')}</p>;
  return (
    <ul>
      {fallen.map(([name, count]) => (
        <li key={name}>{t('report.restart', { name, count })}</li>
      ))}
    </ul>
  );
}
