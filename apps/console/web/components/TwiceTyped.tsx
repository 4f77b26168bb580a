import { Button } from 'design-react-kit';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, typedIn } from './Field.tsx';
import { Notice } from './Notice.tsx';

interface TwiceTypedProps {
  /** The name of the secret that holds now, where it is to be shown. */
  readonly current?: string;
  /** The name of the code of a second factor, where one is asked for. */
  readonly code?: string;
  readonly label: string;
  readonly hint: string;
  readonly again: string;
  readonly button: string;
  readonly isPending: boolean;
  readonly maxLength: number;
  readonly give: (secret: string, current: string, code: string) => void;
}

/** A new secret, typed twice, so that a slip of the finger locks nobody out. */
export function TwiceTyped({ current, code, label, hint, again, button, isPending, maxLength, give }: TwiceTypedProps) {
  const { t } = useTranslation();
  const [differ, say] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    const same = typed('secret') === typed('again');
    say(!same);
    if (same) give(typed('secret'), typed('current'), typed('code'));
  };
  return (
    <form className="stacked" onSubmit={submit}>
      {current !== undefined && (
        <Field label={current} name="current" type="password" autoComplete="current-password" maxLength={maxLength} />
      )}
      {code !== undefined && (
        <Field label={code} name="code" type="text" inputMode="numeric" autoComplete="one-time-code" maxLength={10} />
      )}
      <Field
        label={label}
        hint={hint}
        name="secret"
        type="password"
        autoComplete="new-password"
        maxLength={maxLength}
      />
      <Field label={again} name="again" type="password" autoComplete="new-password" maxLength={maxLength} />
      {differ && <Notice color="danger">{t('citizen.differ')}</Notice>}
      <Button color="primary" disabled={isPending}>
        {button}
      </Button>
    </form>
  );
}
