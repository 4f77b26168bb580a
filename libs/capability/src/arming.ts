import { formatInstant, instant, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { boundaries } from './compiled-calendar.ts';
import type { CompiledCalendar } from './compiled-calendar.ts';

/** How far ahead a boundary must lie to be changed: every gate has heard of it by then. */
const notice = 60_000;

/**
 * Why a calendar may not take the place of the armed one at this instant, or null when it may. A boundary that moves,
 * appears or disappears must lie at least a minute ahead, both where it was and where it is put: nobody changes a
 * boundary under people's feet, nor one that has passed.
 * Refusal: `calendar/boundary-too-near`. @throws RangeError when the calendars are of different services.
 */
export function boundaryChangedWithin(
  armed: CompiledCalendar,
  proposed: CompiledCalendar,
  at: Instant,
): Refusal<'calendar/boundary-too-near'> | null {
  if (armed.service !== proposed.service)
    throw new RangeError(`a calendar of ${proposed.service} cannot replace one of ${armed.service}`);
  const before = boundaries(armed);
  const after = boundaries(proposed);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(name) ?? Infinity;
    const becomes = after.get(name) ?? Infinity;
    if (was !== becomes && Math.min(was, becomes) < at + notice) return tooNear(name, Math.min(was, becomes));
  }
  return null;
}

function tooNear(boundary: string, bound: number): Refusal<'calendar/boundary-too-near'> {
  return refuse(
    'calendar/boundary-too-near',
    'CALENDAR-NEAR-BOUNDARY',
    {
      it: 'Il nuovo calendario sposta una scadenza già passata o che cade entro un minuto: non può entrare in vigore.',
      en: 'The new calendar moves a boundary that has passed or falls within a minute: it cannot come into force.',
    },
    { boundary, at: formatInstant(instant(bound)) },
  );
}
