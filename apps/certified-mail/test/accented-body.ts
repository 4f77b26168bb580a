import { comune, provincia } from './stage.ts';
import type { Stage } from './stage.ts';

/** The box of a body whose domain is `città.example`. */
export const città = 'urp@xn--citt-3na.example';

/** Has the provider of the bodies host one more, with an accent in its domain: in its file, in the PA index, with a box. */
export function hostAccentedBody(stage: Stage): void {
  stage.amend('enti', {
    managedDomains: [
      'gestore-enti.example',
      'pec.comune.borgovento.example',
      'pec.provincia.valchiara.example',
      'xn--citt-3na.example',
    ],
    bodies: [comune, provincia, città],
  });
  stage.moreBoxes.push(città);
  stage.addBody(`c_ct01,Comune di Città,Comuni,Valchiara,VC,Città,${città},pec`);
}
