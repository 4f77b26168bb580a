import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useFacts } from '../../../api/facts.ts';
import type { Fact } from '../../../api/facts.ts';
import { useMailbox } from '../../../api/mailboxes.ts';
import type { Mailbox } from '../../../api/mailboxes.ts';
import { useMay } from '../../../api/session.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { Card } from '../../../components/Card.tsx';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { Timeline } from '../../../components/Timeline.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { BoxMessages } from './BoxMessages.tsx';
import { Rights } from './Rights.tsx';

/** One box: what it may do now and on any other date, whose it is, how it came to its state, its messages. */
export default function BoxPage() {
  const { address = '' } = useParams();
  return <PurposeGate>{(purpose) => <Box key={address} address={address} purpose={purpose} />}</PurposeGate>;
}

interface BoxProps {
  readonly address: string;
  readonly purpose: string;
}

function Box({ address, purpose }: BoxProps) {
  const { t } = useTranslation();
  const box = useMailbox(address, purpose);
  const mayTrace = useMay('audit-log', 'read-trace');
  const maySearch = useMay('certified-mail', 'search-messages');
  usePageTitle(address);
  return (
    <>
      <h1>{visible(address)}</h1>
      <p className="small">{t('purpose.read', { purpose })}</p>
      <div className="cards">
        <Card title={t('box.what')} wide>
          <Asked of={box}>{(found) => <BoxFacts box={found} />}</Asked>
        </Card>
        <Card title={t('box.rights')} wide>
          <Rights address={address} />
        </Card>
        {mayTrace && box.data !== undefined && (
          <Card title={t('box.history')} wide>
            <History box={box.data} purpose={purpose} />
          </Card>
        )}
        {maySearch && (
          <>
            <Card title={t('box.sent')} wide>
              <BoxMessages query={{ sender: address }} purpose={purpose} />
            </Card>
            <Card title={t('box.received')} wide>
              <BoxMessages query={{ recipient: address }} purpose={purpose} />
            </Card>
          </>
        )}
      </div>
    </>
  );
}

function BoxFacts({ box }: { readonly box: Mailbox }) {
  const { t, i18n } = useTranslation();
  const { address, service, state, stateSince, holder, partner, isOwn } = box;
  return (
    <Facts
      of={[
        [t('box.address'), <Copied key="" value={address} />],
        [t('box.service'), service],
        [
          t('person.state'),
          t('box.since', { state: t(`boxStates.${state}`), at: shortInRome(i18n.language, stateSince) }),
        ],
        [
          t('box.holder'),
          isOwn ? (
            t('box.ofProvider')
          ) : (
            <Link key="" to={`/operatore/persone/${holder}`}>
              {holder}
            </Link>
          ),
        ],
        [t('box.partner'), partner ?? t('person.none')],
      ]}
    />
  );
}

/** The facts of its holder's boxes that are about this one. */
function History({ box, purpose }: { readonly box: Mailbox; readonly purpose: string }) {
  const isOfBox = ({ topic, data }: Fact) =>
    topic === 'mailbox.mailboxes.v1' &&
    [data?.['box'], data?.['from'], data?.['to']].some((named) => named === box.box || named === box.address);
  return <Timeline facts={useFacts({ subject: box.holder }, purpose)} only={isOfBox} purpose={purpose} />;
}
