import { Button } from 'design-react-kit';
import type { ReactNode } from 'react';

interface SavedFileProps {
  readonly name: string;
  readonly type: string;
  /** Made when it is asked for. */
  readonly content: () => string | Promise<string>;
  readonly children: ReactNode;
}

/** A button that saves what the page has as a file. */
export function SavedFile({ name, type, content, children }: SavedFileProps) {
  const save = async () => {
    const address = URL.createObjectURL(new Blob([await content()], { type }));
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <Button type="button" color="primary" outline size="sm" onClick={() => void save()}>
      {children}
    </Button>
  );
}
