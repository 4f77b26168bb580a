import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useBlocks } from '../../../api/holders.ts';
import { useLiveDocument } from '../../../api/live.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

/** Holders whom a block keeps out until a campaign ends: somebody has to call them. The campaign stands in the address. */
export function BlockedHolders() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const running = useLiveDocument()?.campaign?.id ?? '';
  const campaign = search.get('campagna') ?? running;
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
  const purpose = t('home.purpose');
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useBlocks(campaign, purpose);
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const blocks = data.pages.flatMap(({ items }) => items);
  if (blocks.length === 0) return <p>{t('home.noBlocks')}</p>;
  return (
    <>
      <ul>
        {blocks.map(({ holder, enrolment, blockedUntil, until }) => (
          <li key={enrolment}>
            <Link to={`/operatore/persone/${holder}`}>{holder}</Link>:{' '}
            {t('home.blocked', {
              blockedUntil: shortInRome(i18n.language, blockedUntil),
              until: shortInRome(i18n.language, until),
            })}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button color="primary" outline onClick={() => void fetchNextPage()}>
          {t('persons.more')}
        </Button>
      )}
    </>
  );
}
