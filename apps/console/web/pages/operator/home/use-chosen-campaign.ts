import { useSearchParams } from 'react-router';
import { useLiveDocument } from '../../../api/live.tsx';

/** The campaign whose lists are shown: the one in the page's address, else the one that runs; empty when there is none. */
export function useChosenCampaign(): string {
  const [search] = useSearchParams();
  const running = useLiveDocument()?.campaign?.id ?? '';
  return search.get('campagna') ?? running;
}
