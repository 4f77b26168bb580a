import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { visible } from '../i18n/visible.ts';
import './Facts.css';

/** What is known of one thing, each by its name. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{visible(name)}</dt>
          <dd>{typeof value === 'string' ? visible(value) : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
