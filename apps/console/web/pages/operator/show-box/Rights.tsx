import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useCapabilities, useLineOfTime } from '../../../api/mailboxes.ts';
import { Asked } from '../../../components/Asked.tsx';
import { BoxRights } from '../../../components/BoxRights.tsx';

/** What a box may do now, or on the date in the page's address, and why not; each verb with its line of time. */
export function Rights({ address }: { readonly address: string }) {
  const [search, setSearch] = useSearchParams();
  const day = search.get('data') ?? '';
  return (
    <>
      <OtherDate key={day} day={day} choose={(chosen) => setSearch(chosen === '' ? {} : { data: chosen })} />
      <Answers address={address} day={day} />
    </>
  );
}

function OtherDate({ day, choose }: { readonly day: string; readonly choose: (day: string) => void }) {
  const { t } = useTranslation();
  const [typed, type] = useState(day);
  const id = useId();
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <div>
        <label htmlFor={id}>{t('rights.date')}</label>
        <input id={id} type="date" value={typed} onChange={({ target }) => type(target.value)} />
      </div>
      <Button color="primary" outline>
        {t('rights.show')}
      </Button>
      {day !== '' && (
        <Button type="button" color="primary" outline onClick={() => choose('')}>
          {t('rights.now')}
        </Button>
      )}
    </form>
  );
}

function Answers({ address, day }: { readonly address: string; readonly day: string }) {
  const answers = useCapabilities(address, day);
  const line = useLineOfTime(address);
  return (
    <Asked of={answers}>
      {(judged) => <Asked of={line}>{(times) => <BoxRights judged={judged} times={times} />}</Asked>}
    </Asked>
  );
}
