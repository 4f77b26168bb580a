import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { CampaignState } from './campaign.ts';

export type CampaignRefusal = Refusal<
  | 'campaign/unknown'
  | 'campaign/unknown-programme'
  | 'campaign/wrong-state'
  | 'campaign/window-ended'
  | 'load/unknown'
  | 'load/another-file'
>;

export function unknownCampaign(id: string): CampaignRefusal {
  return refuse('campaign/unknown', 'CAMPAIGN-KNOWN', {
    it: `Non c’è una campagna di nome ${id}.`,
    en: `There is no campaign called ${id}.`,
  });
}

export function unknownProgramme(name: string, known: readonly string[]): CampaignRefusal {
  return refuse('campaign/unknown-programme', 'CAMPAIGN-PROGRAMME', {
    it: `Non c’è un programma di nome ${name}. Ci sono: ${known.join(', ')}.`,
    en: `There is no programme called ${name}. There are: ${known.join(', ')}.`,
  });
}

export function wrongState(id: string, state: CampaignState): CampaignRefusal {
  const says = { proposed: 'ancora da aprire', running: 'in corso', closed: 'chiusa' } as const;
  return refuse(
    'campaign/wrong-state',
    'CAMPAIGN-STATES',
    {
      it: `La campagna ${id} è ${says[state]}: non è possibile.`,
      en: `Campaign ${id} is ${state}: this is not possible.`,
    },
    { state },
  );
}

export function windowEnded(until: string): CampaignRefusal {
  return refuse('campaign/window-ended', 'INPS-MOVE-WINDOW', {
    it: `La finestra della campagna si è chiusa (${until}): non si caricano altre persone.`,
    en: `The campaign's window has closed (${until}): no more people are loaded.`,
  });
}

export function unknownLoad(id: string): CampaignRefusal {
  return refuse('load/unknown', 'LOAD-KNOWN', {
    it: `Questa campagna non ha un caricamento ${id}.`,
    en: `This campaign has no load ${id}.`,
  });
}

export function anotherFile(): CampaignRefusal {
  return refuse('load/another-file', 'LOAD-KEY', {
    it: 'Con questa chiave è già stato caricato un file diverso.',
    en: 'Another file was loaded under this key.',
  });
}
