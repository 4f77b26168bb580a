import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useCampaign, useCampaignOpening, useCampaignReport } from '../../../api/campaigns.ts';
import type { Campaign, CampaignReport } from '../../../api/campaigns.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { Card } from '../../../components/Card.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { Figures } from '../../../components/Figures.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { TwoPersons } from '../../../components/TwoPersons.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { instantInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { CampaignMoves } from './CampaignMoves.tsx';

/** One campaign: what it is, how it stands, and its moves: all, those of a state, or those that are late. */
export default function FollowCampaignPage() {
  const { t } = useTranslation();
  const { campaign = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const isRehearsal = useSession()?.rehearsal ?? false;
  usePageTitle(campaign);
  return (
    <>
      <h1>{visible(campaign)}</h1>
      <div className="cards">
        <Card title={t('campaigns.what')} wide>
          <Asked of={useCampaign(campaign)}>{(found) => <What campaign={found} />}</Asked>
        </Card>
        <Card title={t('campaigns.figures')} wide>
          <Asked of={useCampaignReport(campaign)}>{(report) => <Standing report={report} />}</Asked>
          {isRehearsal && <Link to="/resoconto">{t('nav.report')}</Link>}
        </Card>
        <Card title={t('moves.title')} wide>
          <PurposeGate>
            {(purpose) => (
              <CampaignMoves
                campaign={campaign}
                chosen={search.get('stato') ?? ''}
                choose={(stato) => setSearch(stato === '' ? {} : { stato })}
                purpose={purpose}
              />
            )}
          </PurposeGate>
        </Card>
      </div>
    </>
  );
}

function What({ campaign: { id, programme, state, source, target, until } }: { readonly campaign: Campaign }) {
  const { t, i18n } = useTranslation();
  const mayOpen = useMay('migration', 'run-campaign');
  const open = useCampaignOpening(id);
  return (
    <>
      <Facts
        of={[
          [t('campaigns.programme'), programme],
          [t('person.state'), t(`campaigns.states.${state}`)],
          [t('campaigns.from'), `${source.service} (@${source.domain})`],
          [t('campaigns.to'), `${target.service} (@${target.domain})`],
          [t('campaigns.bound'), instantInRome(i18n.language, Date.parse(until))],
        ]}
      />
      {state === 'proposed' && mayOpen && (
        <TwoPersons
          service="migration"
          act="open-campaign"
          command={{ campaign: id }}
          title={t('campaigns.open')}
          happens={t('campaigns.openHappens')}
          done={t('campaigns.opened')}
          send={open}
          changes={['campaign', 'campaigns']}
        />
      )}
    </>
  );
}

function Standing({ report: { cohort, moves, sla } }: { readonly report: CampaignReport }) {
  const { t } = useTranslation();
  return (
    <Figures
      of={[
        { value: cohort.accepted, words: t('campaigns.accepted') },
        { value: cohort.rejected, words: t('campaigns.rejected') },
        { value: moves.announced, words: t('report.announced') },
        { value: moves.completed, words: t('report.completed') },
        { value: moves.lapsed, words: t('report.lapsed') },
        { value: moves.refused, words: t('report.refused') },
        { value: sla.worstHours, words: t('report.worst'), digits: 1 },
        { value: sla.late, words: t('campaigns.late') },
      ]}
    />
  );
}
