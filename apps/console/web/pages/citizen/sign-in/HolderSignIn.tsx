import { Button } from 'design-react-kit';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useHolderSignIn } from '../../../api/portal.ts';
import { Field, typedIn } from '../../../components/Field.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';

/** The way in: the credentials of the announcement, the password that was chosen, or codice fiscale and PIN. */
export function HolderSignIn({ isAgain }: { readonly isAgain: boolean }) {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useHolderSignIn();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    mutate({ user: typed('user').trim(), secret: typed('secret') });
  };
  return (
    <section aria-label={t('citizen.signIn')}>
      {isAgain ? <Notice color="warning">{t('citizen.over')}</Notice> : <p>{t('citizen.how')}</p>}
      <form className="stacked" onSubmit={submit}>
        <Field label={t('citizen.user')} name="user" autoComplete="username" maxLength={320} />
        <Field
          label={t('citizen.secret')}
          name="secret"
          type="password"
          autoComplete="current-password"
          maxLength={256}
        />
        {error !== null && <ProblemNotice error={error} />}
        <Button color="primary" disabled={isPending}>
          {t('citizen.signIn')}
        </Button>
      </form>
    </section>
  );
}
