/** A metric of the exposition format, with its HELP, its TYPE and its samples. */
interface Family {
  help: string;
  type: string;
  readonly series: string[];
}

/** Units that a figure is not given in: seconds, bytes and ratios are. */
const otherUnits =
  /_(milliseconds|millis|ms|microseconds|us|nanoseconds|ns|s|sec|secs|minutes|hours|h|days|d|weeks|bits|b|kilobytes|kb|kib|megabytes|mb|mib|gigabytes|gb|gib|percent|percents|permille)(_|$)/;
const typeInName = /(^|_)(counter|gauge|histogram|summary|untyped|metric)(_|$)/;
const partOfHistogram = /_(bucket|sum|count)$/;

/**
 * What breaks the conventions of Prometheus in an exposition, a line each: as `promtool check metrics` finds it, which
 * needs no Go here.
 */
export function breachesOfMetricConventions(exposition: string): string[] {
  const families = familiesIn(exposition);
  return [...families].flatMap(([name, family]) => breaches(name, family).map((words) => `${name}: ${words}`));
}

function breaches(name: string, { help, type, series }: Family): string[] {
  const isSpread = type === 'histogram' || type === 'summary';
  const found: [boolean, string][] = [
    [help === '', 'it has no HELP'],
    [type === '' || type === 'untyped', 'it has no TYPE'],
    [type === 'counter' && !name.endsWith('_total'), 'a counter ends in _total'],
    [type !== 'counter' && name.endsWith('_total'), 'only a counter ends in _total'],
    [!isSpread && partOfHistogram.test(name), 'only a histogram has _bucket, _sum and _count'],
    [
      !isSpread && series.some((one) => /[{,](le|quantile)="/.test(one)),
      'only a histogram has the label le or quantile',
    ],
    [!/^[a-z][a-z0-9_]*$/.test(name), 'a name is in lower case, with _ between its words'],
    [typeInName.test(name), 'a name does not say its type'],
    [otherUnits.test(name), 'units are seconds, bytes and ratios'],
    [new Set(series).size < series.length, 'a series stands there twice'],
  ];
  return found.filter(([isBroken]) => isBroken).map(([, words]) => words);
}

function familiesIn(exposition: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const familyOf = (name: string): Family => {
    const family = families.get(name) ?? { help: '', type: '', series: [] };
    families.set(name, family);
    return family;
  };
  for (const line of exposition.split('\n').filter((each) => each !== '')) {
    const [, about, described = '', words = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (about === 'HELP') familyOf(described).help = words;
    else if (about === 'TYPE') familyOf(described).type = words;
    else {
      const [series = ''] = line.split(/ (?=\S+$)/);
      const [name = ''] = series.split('{');
      const whole = name.replace(partOfHistogram, '');
      const isPart = ['histogram', 'summary'].includes(families.get(whole)?.type ?? '');
      familyOf(isPart ? whole : name).series.push(series);
    }
  }
  return families;
}
