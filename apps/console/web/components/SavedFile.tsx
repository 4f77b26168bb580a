import { Button } from 'design-react-kit';
import type { ReactNode } from 'react';

interface SavedFileProps {
  readonly name: string;
  readonly type: string;
  readonly content: () => string;
  readonly children: ReactNode;
}

/** A button that saves what the page has as a file. */
export function SavedFile({ name, type, content, children }: SavedFileProps) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([content()], { type }));
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <Button type="button" color="primary" outline size="sm" onClick={save}>
      {children}
    </Button>
  );
}
