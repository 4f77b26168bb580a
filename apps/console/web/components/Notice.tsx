import { Alert } from 'design-react-kit';
import type { ReactNode } from 'react';

interface NoticeProps {
  readonly color: 'success' | 'warning' | 'danger';
  readonly children: ReactNode;
}

/** Something that everybody must see, at once: it does not fade in. */
export function Notice({ color, children }: NoticeProps) {
  return (
    <Alert color={color} fade={false}>
      {children}
    </Alert>
  );
}
