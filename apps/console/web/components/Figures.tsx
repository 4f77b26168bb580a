import { useTranslation } from 'react-i18next';
import { number } from '../i18n/formats.ts';

interface Figure {
  readonly value: number;
  readonly words: string;
  /** Digits after the point; none when absent. */
  readonly digits?: number;
}

/** Figures with what they count below them. */
export function Figures({ of }: { readonly of: readonly Figure[] }) {
  const { i18n } = useTranslation();
  return (
    <dl className="figures">
      {of.map(({ value, words, digits = 0 }) => (
        <div key={words}>
          <dt>{words}</dt>
          <dd>{number(i18n.language, value, digits)}</dd>
        </div>
      ))}
    </dl>
  );
}
