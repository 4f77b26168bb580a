import { useState } from 'react';

/** What was typed, kept in this tab: it is there again after a sign-in, a step back or a reload. */
export function useKept(name: string, initial = ''): [value: string, keep: (value: string) => void] {
  const place = `recapito.${name}`;
  const [value, setValue] = useState(() => sessionStorage.getItem(place) ?? initial);
  const keep = (typed: string) => {
    sessionStorage.setItem(place, typed);
    setValue(typed);
  };
  return [value, keep];
}
