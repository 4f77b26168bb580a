import { useTranslation } from 'react-i18next';
import { useLive } from '../../../api/live.tsx';
import type { LiveDocument } from '../../../api/live.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { Card } from '../../../components/Card.tsx';
import { CampaignServices } from '../../../components/CampaignServices.tsx';
import { Figures } from '../../../components/Figures.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { instantInRome, wallTime } from '../../../i18n/formats.ts';
import { ActivationCurve } from '../../../components/ActivationCurve.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Faults } from './Faults.tsx';
import { MovesByState } from './MovesByState.tsx';
import { RunProgress } from './RunProgress.tsx';
import { ServicesHealth } from './ServicesHealth.tsx';

/** The campaign as it happens. */
export function CampaignPage() {
  const { t, i18n } = useTranslation();
  const live = useLive();
  usePageTitle(t('campaign.title'));
  return (
    <>
      <h1>{t('campaign.title')}</h1>
      {live.state === 'connecting' && <Waiting words={t('state.connecting')} />}
      {live.state === 'lost' && (
        <Notice color="warning">{t('state.lost', { time: wallTime(i18n.language, live.since) })}</Notice>
      )}
      {live.state !== 'connecting' && live.document !== null && <Campaign live={live.document} />}
    </>
  );
}

function Campaign({ live }: { readonly live: LiveDocument }) {
  const { t, i18n } = useTranslation();
  const { campaign, moves, mail, notices, services, run } = live;
  return (
    <>
      {campaign !== null && <CampaignServices campaign={campaign} />}
      {run !== null && <RunProgress live={live} />}
      {!live.read && <p className="small">{t('state.reading')}</p>}
      <div className="cards">
        {campaign === null ? (
          <Card title={t('campaign.moves')} wide>
            <p>{t('campaign.none')}</p>
          </Card>
        ) : (
          <>
            <Card title={t('campaign.moves')} wide>
              <MovesByState moves={moves} rows={campaign.rows} />
            </Card>
            <Card title={t('curve.title')} wide>
              <ActivationCurve
                days={live.days}
                from={run?.imports ?? null}
                bound={campaign.until}
                until={run?.ends ?? null}
                now={live.clock}
                planned={Object.values(moves).reduce((sum, count) => sum + count, 0)}
              />
            </Card>
          </>
        )}
        <Card title={t('mail.title')}>
          <Figures
            of={(['messages', 'receipts', 'delivered', 'notDelivered'] as const).map((name) => ({
              value: mail[name],
              words: t(`mail.${name}`),
            }))}
          />
        </Card>
        <Card title={t('notices.title')}>
          <Figures
            of={(['sent', 'delivered', 'failed'] as const).map((name) => ({
              value: notices[name],
              words: t(`notices.${name}`),
            }))}
          />
        </Card>
        {run !== null && (
          <Card title={t('faults.title')}>
            <Faults deaths={run.deaths} />
          </Card>
        )}
        <Card title={t('services.title')} wide>
          <ServicesHealth services={services} />
        </Card>
      </div>
      <p className="small">
        {campaign !== null && t('campaign.window', { until: instantInRome(i18n.language, campaign.until) })}
      </p>
    </>
  );
}
