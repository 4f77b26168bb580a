import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Agenda } from '../agenda.ts';
import type { RehearsalPlan } from '../programme.ts';
import { draw } from '../scenario.ts';
import { BrokenPromise } from './citizen.ts';
import type { Citizen } from './citizen.ts';

/** How a person's move must end, by the way they behave. */
export function expectedEnd({ behaviour }: Pick<Citizen, 'behaviour'>): 'completed' | 'lapsed' {
  return behaviour === 'mai' || behaviour === 'in_ritardo' || behaviour.startsWith('interrotto')
    ? 'lapsed'
    : 'completed';
}

/** What a behaviour is put into practice with. */
export interface Stagecraft {
  readonly agenda: Agenda;
  readonly plan: RehearsalPlan;
  /** Every instant at which a visit may fall, in order. */
  readonly visits: readonly Instant[];
  readonly seed: number;
  /** A person met something that must not be. */
  readonly broken: (citizen: Citizen, error: unknown) => void;
}

/** Puts a person's doings on the agenda. */
export function schedule(citizen: Citizen, craft: Stagecraft): void {
  const { agenda, plan, visits, seed, broken } = craft;
  const act = (at: Instant, doing: () => Promise<void>) =>
    agenda.add({ at, act: () => doing().catch((error: unknown) => broken(citizen, error)) });
  const visit = visits[Math.floor(draw(seed, citizen.codiceFiscale, 'visit') * visits.length)] ?? plan.imports;
  const moveInAfter = (confirmed: Instant) => act(nextVisit(visits, confirmed, plan), () => citizen.moveIn());
  const { behaviour } = citizen;
  if (behaviour === 'mai') return;
  if (behaviour.startsWith('interrotto')) {
    act(visit, () => interrupted(citizen, Number(behaviour.slice(-1))));
    return;
  }
  if (behaviour === 'in_ritardo' || behaviour === 'ultimo_minuto') {
    const late = behaviour === 'in_ritardo';
    act(visit, async () => citizen.takeSteps(await citizen.signIn(), 5));
    act(late ? plan.bound : plan.lastMoment, () => confirmAtTheBound(citizen, late));
    if (!late) moveInAfter(plan.lastMoment);
    return;
  }
  act(visit, async () => {
    await citizen.writeFromOldBox();
    const session = await citizen.signIn();
    if (behaviour === 'fuori_ordine') await citizen.jumpAhead(session);
    await citizen.takeSteps(session, 6);
  });
  moveInAfter(visit);
}

async function interrupted(citizen: Citizen, last: number): Promise<void> {
  await citizen.lookAtPortal();
  if (last === 1) return;
  const session = await citizen.signIn();
  if (last >= 3) await citizen.takeSteps(session, last as 3 | 4 | 5);
}

async function confirmAtTheBound(citizen: Citizen, late: boolean): Promise<void> {
  const refused = await citizen.confirm();
  if (refused === (late ? 'enrolment/window-ended' : null)) return;
  throw new BrokenPromise(
    `a confirmation ${late ? 'at the bound' : 'a millisecond before the bound'} was answered with ${refused ?? 'success'}`,
  );
}

const oneDay = 24 * 60 * 60 * 1000;

/** The first occasion a day later; after the last visit, an hour before the rehearsal ends. */
function nextVisit(visits: readonly Instant[], confirmed: Instant, plan: RehearsalPlan): Instant {
  return visits.find((at) => at >= confirmed + oneDay) ?? after(plan.ends, -60 * 60 * 1000);
}
