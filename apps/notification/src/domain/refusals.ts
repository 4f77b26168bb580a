import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** There is no communication of this id. */
export function unknownCommunication(id: string): Refusal<'communication/unknown'> {
  return refuse(
    'communication/unknown',
    'COMMUNICATION-ONCE',
    {
      it: 'Non esiste una comunicazione con questo identificativo.',
      en: 'There is no communication of this id.',
    },
    { id },
  );
}

/** The programme of a fact has no texts in this installation: an operator has to add them and redrive the fact. */
export function noTexts(programme: string): Refusal<'communication/no-texts'> {
  return refuse(
    'communication/no-texts',
    'ANNOUNCEMENT-SAYS',
    {
      it: 'Il programma non ha testi: non si può scrivere a nessuno in suo nome.',
      en: 'The programme has no texts: nobody can be written to in its name.',
    },
    { programme },
  );
}

/** The refusals that leave notification by HTTP. */
export type CommunicationRefusal = ReturnType<typeof unknownCommunication>;
