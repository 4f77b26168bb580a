import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useFacts } from '../../../api/facts.ts';
import { useMessage } from '../../../api/messages.ts';
import type { MessageLife } from '../../../api/messages.ts';
import { useMay } from '../../../api/session.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { BoxLink } from '../../../components/BoxLink.tsx';
import { Card } from '../../../components/Card.tsx';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { Timeline } from '../../../components/Timeline.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { instantInRome, romeDayOf, shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { Papers } from './Papers.tsx';

/** One certified message: what was certified of it, its outcome at each recipient, its whole life, its receipts. */
export default function MessagePage() {
  const { key = '' } = useParams();
  return <PurposeGate>{(purpose) => <ReadMessage key={key} of={key} purpose={purpose} />}</PurposeGate>;
}

function ReadMessage({ of, purpose }: { readonly of: string; readonly purpose: string }) {
  const { t } = useTranslation();
  const life = useMessage(of, purpose);
  usePageTitle(t('message.title'));
  return (
    <>
      <h1>{visible(life.data?.message.subject ?? t('message.title'))}</h1>
      <p className="small">{t('purpose.read', { purpose })}</p>
      <Asked of={life}>{(found) => <Message life={found} purpose={purpose} />}</Asked>
    </>
  );
}

function Message({ life, purpose }: { readonly life: MessageLife; readonly purpose: string }) {
  const { t } = useTranslation();
  const mayTrace = useMay('audit-log', 'read-trace');
  return (
    <div className="cards">
      <Card title={t('message.certified')} wide>
        <Certified message={life.message} />
      </Card>
      {life.recipients.length > 0 && (
        <Card title={t('message.outcomes')} wide>
          <Outcomes recipients={life.recipients} />
        </Card>
      )}
      {mayTrace && (
        <Card title={t('message.life')} wide>
          <Life message={life.message} purpose={purpose} />
        </Card>
      )}
      <Card title={t('message.papers')} wide>
        <Papers life={life} />
      </Card>
    </div>
  );
}

function Certified({ message }: Pick<MessageLife, 'message'>) {
  const { t, i18n } = useTranslation();
  const { identificativo, sender, recipients, subject, at, state } = message;
  return (
    <Facts
      of={[
        [t('message.identificativo'), <Copied key="" value={identificativo} />],
        [t('message.sender'), <BoxLink key="" address={sender} />],
        [
          t('message.recipients'),
          <ul key="" className="list-unstyled">
            {recipients.map((address) => (
              <li key={address}>
                <BoxLink address={address} />
              </li>
            ))}
          </ul>,
        ],
        [t('message.subject'), subject ?? t('messages.noSubject')],
        [t('message.known'), instantInRome(i18n.language, at)],
        [t('person.state'), t(`messageStates.${state ?? 'arrived'}`)],
      ]}
    />
  );
}

function Outcomes({ recipients }: Pick<MessageLife, 'recipients'>) {
  const { t, i18n } = useTranslation();
  return (
    <ul>
      {recipients.map(({ address, provider, state, outcomeAt }) => (
        <li key={address}>
          {t('message.outcome', { address, provider })}{' '}
          <strong>{t(`recipientStates.${state}` as 'recipientStates.delivered', state)}</strong>
          {outcomeAt !== null && `, ${shortInRome(i18n.language, outcomeAt)}`}
        </li>
      ))}
    </ul>
  );
}

function Life({ message, purpose }: Pick<MessageLife, 'message'> & { readonly purpose: string }) {
  const facts = useFacts({ message: message.identificativo, day: romeDayOf(message.at) }, purpose);
  return <Timeline facts={facts} purpose={purpose} />;
}
