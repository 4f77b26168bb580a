import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMay } from '../api/session.tsx';

interface MessageLinkProps {
  /** The key of the message, or its identificativo. */
  readonly to: string;
  readonly children: ReactNode;
}

/** The way to a message, for whoever may read it. */
export function MessageLink({ to, children }: MessageLinkProps) {
  const mayRead = useMay('certified-mail', 'read-message');
  return mayRead ? (
    <Link to={`/operatore/messaggi/${encodeURIComponent(to)}`}>{children}</Link>
  ) : (
    <strong>{children}</strong>
  );
}
