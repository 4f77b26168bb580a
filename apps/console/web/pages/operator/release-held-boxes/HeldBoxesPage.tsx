import { useTranslation } from 'react-i18next';
import { useHolds } from '../../../api/mail-desk.ts';
import type { Hold } from '../../../api/mail-desk.ts';
import { useMay } from '../../../api/session.tsx';
import { BoxLink } from '../../../components/BoxLink.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { number, shortInRome } from '../../../i18n/formats.ts';
import { Release } from './Release.tsx';

/** Boxes that may not send for now: why, what waits, and their release by two persons. */
export default function HeldBoxesPage() {
  const { t } = useTranslation();
  usePageTitle(t('holds.title'));
  return (
    <>
      <h1>{t('holds.title')}</h1>
      <PurposeGate>{(purpose) => <Holds purpose={purpose} />}</PurposeGate>
    </>
  );
}

function Holds({ purpose }: { readonly purpose: string }) {
  const { t } = useTranslation();
  const mayRelease = useMay('certified-mail', 'release-sending');
  return (
    <PagedList
      file="invii-sospesi"
      pages={useHolds(purpose)}
      summary={(count) => count === 0 && <p className="good">{t('holds.none')}</p>}
      row={(hold) => (
        <li key={hold.id} className="card-plain">
          <h2>
            <BoxLink address={hold.box} />
          </h2>
          <HoldFacts hold={hold} />
          {mayRelease && <Release hold={hold} />}
        </li>
      )}
      className="cards list-unstyled"
    />
  );
}

function HoldFacts({ hold }: { readonly hold: Hold }) {
  const { t, i18n } = useTranslation();
  const { at, cause, queued, request } = hold;
  const why =
    cause.kind === 'operator'
      ? t('holds.byOperator', { operator: cause.operator, reason: cause.reason })
      : t(`holds.${cause.kind}`, { most: cause.most, minutes: cause.minutes });
  return (
    <Facts
      of={[
        [t('holds.since'), shortInRome(i18n.language, Date.parse(at))],
        [t('letters.causeTitle'), why],
        [t('holds.queued'), number(i18n.language, queued)],
        [
          t('holds.request'),
          request === null
            ? t('person.none')
            : t('holds.requested', {
                by: request.by,
                at: shortInRome(i18n.language, Date.parse(request.at)),
                queue: t(`holds.ends.${request.queue}`),
                reason: request.reason,
              }),
        ],
      ]}
    />
  );
}
