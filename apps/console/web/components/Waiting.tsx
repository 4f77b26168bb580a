import { Spinner } from 'design-react-kit';

/** Something is on its way. */
export function Waiting({ words }: { readonly words: string }) {
  return (
    <p role="status">
      <Spinner active small /> {words}
    </p>
  );
}
