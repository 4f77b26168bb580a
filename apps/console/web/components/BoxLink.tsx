import { Link } from 'react-router';
import { useMay } from '../api/session.tsx';
import { visible } from '../i18n/visible.ts';

/** An address, with the way to its box for whoever may read it. */
export function BoxLink({ address }: { readonly address: string }) {
  const mayRead = useMay('mailbox', 'list-mailboxes');
  return mayRead ? <Link to={boxPage(address)}>{visible(address)}</Link> : visible(address);
}

function boxPage(address: string): string {
  return `/operatore/caselle/${encodeURIComponent(address)}`;
}
