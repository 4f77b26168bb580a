import { useTranslation } from 'react-i18next';
import { useQuarantine, useQuarantineOpening } from '../../../api/mail-desk.ts';
import type { Infected } from '../../../api/mail-desk.ts';
import { Facts } from '../../../components/Facts.tsx';
import { MessageLink } from '../../../components/MessageLink.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { TwoPersons } from '../../../components/TwoPersons.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { number, shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';

/** Messages in which a virus was found: what was found, whose they are, until when they are kept. Their content stays shut. */
export default function QuarantinePage() {
  const { t } = useTranslation();
  usePageTitle(t('quarantine.title'));
  return (
    <>
      <h1>{t('quarantine.title')}</h1>
      <TwoPersons
        service="certified-mail"
        act="open-quarantine"
        command={{}}
        title={t('quarantine.open')}
        happens={t('quarantine.openHappens')}
        done={t('quarantine.opened')}
        send={useQuarantineOpening()}
        changes={['quarantine']}
      />
      <PurposeGate>{(purpose) => <Quarantine purpose={purpose} />}</PurposeGate>
    </>
  );
}

function Quarantine({ purpose }: { readonly purpose: string }) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="quarantena"
      pages={useQuarantine(purpose)}
      summary={(count) => count === 0 && <p className="good">{t('quarantine.none')}</p>}
      row={(infected) => <InfectedMail key={infected.id} infected={infected} />}
      className="cards list-unstyled"
    />
  );
}

function InfectedMail({ infected }: { readonly infected: Infected }) {
  const { t, i18n } = useTranslation();
  const { identificativo, point, sender, recipients, virus, bytes, at, keepUntil } = infected;
  const told = (instant: string) => shortInRome(i18n.language, Date.parse(instant));
  return (
    <li className="card-plain">
      <h2>{visible(virus)}</h2>
      <Facts
        of={[
          [
            t('message.title'),
            <MessageLink key="" to={identificativo}>
              {t('queue.message')}
            </MessageLink>,
          ],
          [t('message.sender'), sender],
          [t('message.recipients'), recipients.join(', ')],
          [t('quarantine.point'), t(`quarantine.points.${point}`)],
          [t('quarantine.found'), told(at)],
          [t('quarantine.keepUntil'), told(keepUntil)],
          [t('quarantine.bytes'), number(i18n.language, bytes)],
        ]}
      />
    </li>
  );
}
