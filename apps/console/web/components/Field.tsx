import { useId } from 'react';
import type { InputHTMLAttributes } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** What may be typed, said before it is. */
  readonly hint?: string;
}

/** One thing to be typed, with its name and what may be typed. */
export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <span id={`${id}-hint`} className="small">
          {hint}
        </span>
      )}
      <input id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} required {...input} />
    </div>
  );
}

/** What was typed into a form, by the names of its fields; a field that is not there is empty. */
export function typedIn(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
}
