import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';

const campaignFile = z.object({ source: z.object({ domain: z.string() }), target: z.object({ domain: z.string() }) });
const serviceFile = z.object({ brand: z.string() });

/** A service as people know it: its name in public, and the domain of its addresses; null where no file tells it. */
export interface NamedService {
  readonly brand: string;
  readonly domain: string | null;
}

/** What the files of a programme call the two services of its campaign; their ids where the files are not there. */
export function namesIn(
  programmes: string,
  { programme, source, target }: { readonly programme: string; readonly source: string; readonly target: string },
): { readonly source: NamedService; readonly target: NamedService } {
  try {
    return namesByFiles(programmes, { programme, source, target });
  } catch {
    return { source: { brand: source, domain: null }, target: { brand: target, domain: null } };
  }
}

function namesByFiles(
  programmes: string,
  { programme, source, target }: { readonly programme: string; readonly source: string; readonly target: string },
) {
  const campaign = readJsonFile(join(programmes, programme, 'campaign.json'), campaignFile);
  const named = (service: string, domain: string) => {
    const { brand } = readJsonFile(join(programmes, 'services', `${service}.json`), serviceFile);
    return { brand, domain };
  };
  return { source: named(source, campaign.source.domain), target: named(target, campaign.target.domain) };
}
