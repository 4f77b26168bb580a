/** Where whoever signs in goes when they did not say, or said something else than a page of ours. */
const homeOfOperators = '/operatore';

/** Nobody is sent to the doors of the console: they are no pages. */
const doors = /^\/(api|auth|assets)(\/|$)/;

/**
 * The page of ours that an address names; the home page when it names anything else, as another site.
 * @rule CONSOLE-RETURN
 */
export function returnAddress(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith('/')) return homeOfOperators;
  const base = 'https://console.invalid';
  if (!URL.canParse(asked, base)) return homeOfOperators;
  const { origin, pathname, search, hash } = new URL(asked, base);
  // A path of two slashes would be read as a host by who is sent there.
  if (origin !== base || pathname.startsWith('//') || doors.test(pathname)) return homeOfOperators;
  return `${pathname}${search}${hash}`;
}
