import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useBlocks } from '../../../api/holders.ts';
import { PagedList } from '../../../components/PagedList.tsx';
import { shortInRome } from '../../../i18n/formats.ts';
import { useChosenCampaign } from './use-chosen-campaign.ts';

/** Holders whom a block keeps out until a campaign ends: somebody has to call them. The campaign stands in the address. */
export function BlockedHolders() {
  const { t } = useTranslation();
  const [, setSearch] = useSearchParams();
  const campaign = useChosenCampaign();
  const [typed, type] = useState<string | null>(null);
  const id = useId();
  return (
    <>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          setSearch({ campagna: (typed ?? campaign).trim() });
        }}
      >
        <div>
          <label htmlFor={id}>{t('home.campaign')}</label>
          <input id={id} value={typed ?? campaign} required onChange={({ target }) => type(target.value)} />
        </div>
        <Button color="primary" outline>
          {t('home.show')}
        </Button>
      </form>
      {campaign !== '' && <BlocksOf campaign={campaign} />}
    </>
  );
}

function BlocksOf({ campaign }: { readonly campaign: string }) {
  const { t, i18n } = useTranslation();
  return (
    <PagedList
      file="blocchi"
      pages={useBlocks(campaign, t('home.purpose'))}
      summary={(count) => count === 0 && <p>{t('home.noBlocks')}</p>}
      row={({ holder, enrolment, blockedUntil, until }) => (
        <li key={enrolment}>
          <Link to={`/operatore/persone/${holder}`}>{holder}</Link>:{' '}
          {t('home.blocked', {
            blockedUntil: shortInRome(i18n.language, blockedUntil),
            until: shortInRome(i18n.language, until),
          })}
        </li>
      )}
    />
  );
}
