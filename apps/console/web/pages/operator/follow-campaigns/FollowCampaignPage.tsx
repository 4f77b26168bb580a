import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useCampaign, useCampaignOpening, useCampaignReport, useRejects } from '../../../api/campaigns.ts';
import type { Campaign, CampaignReport } from '../../../api/campaigns.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import { ActivationCurve } from '../../../components/ActivationCurve.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { Card } from '../../../components/Card.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { Figures } from '../../../components/Figures.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { SavedFile } from '../../../components/SavedFile.tsx';
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
          <Asked of={useCampaignReport(campaign)}>{(report) => <Standing campaign={campaign} report={report} />}</Asked>
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

interface StandingProps {
  readonly campaign: string;
  readonly report: CampaignReport;
}

function Standing({ campaign, report: { cohort, moves, sla, days } }: StandingProps) {
  const { t } = useTranslation();
  const mayReadRejects = useMay('migration', 'read-rejects');
  return (
    <>
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
      <h3>{t('curve.title')}</h3>
      <ActivationCurve days={days} from={null} until={null} bound={null} now={null} planned={moves.planned} />
      {mayReadRejects && cohort.load !== null && cohort.rejected > 0 && (
        <PurposeGate>
          {(purpose) => <Rejects campaign={campaign} load={cohort.load ?? ''} purpose={purpose} />}
        </PurposeGate>
      )}
    </>
  );
}

interface RejectsProps {
  readonly campaign: string;
  readonly load: string;
  readonly purpose: string;
}

/** The rows that stayed out, with every fault of each, as a file. */
function Rejects({ campaign, load, purpose }: RejectsProps) {
  const { t } = useTranslation();
  const read = useRejects(campaign, load);
  return (
    <SavedFile name={`scarti-${campaign}.csv`} type="text/csv" content={() => read(purpose)}>
      {t('campaigns.saveRejects')}
    </SavedFile>
  );
}
