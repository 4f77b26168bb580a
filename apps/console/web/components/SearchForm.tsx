import { Button } from 'design-react-kit';
import { useId, useState } from 'react';
import type { InputHTMLAttributes } from 'react';
import { useTranslation } from 'react-i18next';
import { PurposeField } from './PurposeField.tsx';

export interface SearchField<Name extends string> extends InputHTMLAttributes<HTMLInputElement> {
  readonly name: Name;
  readonly label: string;
}

interface SearchFormProps<Name extends string> {
  readonly fields: readonly SearchField<Name>[];
  /** What is looked for now. */
  readonly asked: Readonly<Partial<Record<Name, string>>>;
  /** Why, as it was last said in this tab. */
  readonly purpose: string;
  /** What may be typed; it describes the first field. */
  readonly hint: string;
  readonly search: (typed: Readonly<Partial<Record<Name, string>>>, purpose: string) => void;
}

/** What is looked for, and why: a reading like any other. */
export function SearchForm<Name extends string>(props: SearchFormProps<Name>) {
  const { fields, asked, purpose, hint, search } = props;
  const { t } = useTranslation();
  const id = useId();
  const [typed, type] = useState({ asked, purpose });
  return (
    <>
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(typed.asked, typed.purpose);
        }}
      >
        {fields.map(({ name, label, ...input }, place) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`}>{label}</label>
            <input
              id={`${id}-${name}`}
              type="search"
              autoComplete="off"
              aria-describedby={place === 0 ? `${id}-hint` : undefined}
              {...input}
              value={typed.asked[name] ?? ''}
              onChange={({ target }) => type({ ...typed, asked: { ...typed.asked, [name]: target.value } })}
            />
          </div>
        ))}
        <PurposeField value={typed.purpose} change={(value) => type({ ...typed, purpose: value })} />
        <Button color="primary">{t('persons.go')}</Button>
      </form>
      <p className="small" id={`${id}-hint`}>
        {hint}
      </p>
    </>
  );
}
