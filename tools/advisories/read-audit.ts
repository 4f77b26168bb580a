import { z } from 'zod';

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;

/** A package of the lock file for which an advisory was published. */
export interface Advised {
  readonly name: string;
  readonly severity: (typeof severities)[number];
  /** Titles and addresses of the advisories; of a package that only depends on such a one, its name. */
  readonly because: readonly string[];
}

const because = z.union([z.string(), z.object({ title: z.string(), url: z.string() })]);

/** What `npm audit --json` prints (npm 7 and later): a report, or an error. */
const audit = z.union([
  z.object({
    vulnerabilities: z.record(
      z.string(),
      z.object({ name: z.string(), severity: z.enum(severities), via: z.array(because) }),
    ),
  }),
  z.object({ message: z.string() }).transform(({ message }) => ({ failure: message })),
  z
    .object({ error: z.object({ summary: z.string(), code: z.string().optional() }) })
    .transform(({ error }) => ({ failure: error.summary || (error.code ?? 'no answer') })),
]);

/**
 * Reads what `npm audit --json` printed: the packages concerned, gravest first, or why nothing could be asked.
 * @throws Error when it is no such report.
 */
export function readAudit(printed: string): readonly Advised[] | { readonly failure: string } {
  const reading = audit.safeParse(JSON.parse(printed));
  if (!reading.success) throw new Error(`npm audit printed what is no report: ${printed.slice(0, 200)}`);
  if ('failure' in reading.data) return reading.data;
  const gravity = ({ severity }: Advised) => severities.indexOf(severity);
  return Object.values(reading.data.vulnerabilities)
    .map(({ name, severity, via }) => ({
      name,
      severity,
      because: via.map((each) => (typeof each === 'string' ? `through ${each}` : `${each.title} (${each.url})`)),
    }))
    .toSorted((one, other) => gravity(other) - gravity(one) || (one.name < other.name ? -1 : 1));
}

/** Whether somebody has to do something before a release. */
export function isGrave({ severity }: Advised): boolean {
  return severity === 'high' || severity === 'critical';
}
