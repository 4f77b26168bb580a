import * as fc from 'fast-check';
import type { DescribedRoute, OddRequest, RequestSchema } from './described-requests.ts';

/** Values that a parameter may have and that this service knows, gathered from what it answered. */
export class KnownValues {
  readonly #values = new Set<string>();

  get all(): readonly string[] {
    return [...this.#values];
  }

  /** Takes up every text of an answer that can stand in a path. */
  take(answer: unknown): void {
    if (typeof answer === 'string') {
      if (answer.length > 0 && answer.length <= 200 && this.#values.size < 1_000) this.#values.add(answer);
    } else if (typeof answer === 'object' && answer !== null)
      for (const value of Object.values(answer)) this.take(value);
  }
}

/**
 * Requests that a route’s document allows, most of them; in some a value or two are what it does not allow. The same seed
 * draws the same requests.
 * @param known values of this service, of which parameters of the path are often one
 */
export function drawnRequests(
  route: DescribedRoute,
  { seed, count, known }: { readonly seed: number; readonly count: number; readonly known: readonly string[] },
): OddRequest[] {
  return fc.sample(requestsOf(route, known), { seed, numRuns: count });
}

function requestsOf(
  { method, path, parameters, bodies }: DescribedRoute,
  known: readonly string[],
): fc.Arbitrary<OddRequest> {
  const within = (place: string) => parameters.filter((each) => each.in === place);
  const inPath = within('path').map(
    ({ name, schema }) => [name, fc.oneof(textsOf(schema), ...constants(known))] as const,
  );
  const [media] = Object.entries(bodies);
  return fc
    .record({
      path: fc.record(Object.fromEntries(inPath)),
      query: fieldsOf(within('query')),
      headers: fieldsOf(within('header')),
      body: media === undefined ? fc.constant(undefined) : bodiesOf(...media),
    })
    .map(({ path: named, query, headers, body }) => ({
      method,
      path: path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => inPathForm(named[name] ?? '')) + queryOf(query),
      headers: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerForm(value)])),
        ...(body !== undefined && media !== undefined && { 'content-type': media[0] }),
      },
      body,
    }));
}

/** Parameters that a request needs, and some of the others. */
function fieldsOf(parameters: DescribedRoute['parameters']): fc.Arbitrary<Record<string, string>> {
  const [needed, others] = [
    parameters.filter(({ required }) => required),
    parameters.filter(({ required }) => !required),
  ];
  const fields = (of: typeof parameters) => Object.fromEntries(of.map(({ name, schema }) => [name, textsOf(schema)]));
  return fc
    .tuple(fc.record(fields(needed)), fc.record(fields(others), { requiredKeys: [] }))
    .map(([first, second]) => present({ ...first, ...second }));
}

/** Without the fields that were left out. */
function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function textsOf(schema: RequestSchema): fc.Arbitrary<string> {
  return valuesOf(schema).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}

function bodiesOf(type: string, schema: RequestSchema): fc.Arbitrary<string> {
  if (type.endsWith('json')) return valuesOf(schema).map((value) => JSON.stringify(value));
  return fc.oneof(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.constant(['', 'Testo.', ''].join('\r\n')));
}

/** Values that a schema allows, nine of ten; the others are any JSON value. */
function valuesOf(schema: RequestSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: allowedBy(schema) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
}

function allowedBy(schema: RequestSchema): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(allowedBy));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const [type = 'string', ...types] = [schema.type ?? 'string'].flat();
  if (types.length > 0) return fc.oneof(...[type, ...types].map((each) => allowedBy({ ...schema, type: each })));
  switch (type) {
    case 'object':
      return objectsOf(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? 5,
      });
    case 'integer':
    case 'number':
      return fc.integer({
        min: schema.minimum ?? schema.exclusiveMinimum ?? -1_000,
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31 - 1),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return stringsOf(schema);
  }
}

function objectsOf({ properties = {}, required = [] }: RequestSchema): fc.Arbitrary<object> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
}

const years = { min: new Date('2009-01-01T00:00:00Z'), max: new Date('2016-12-31T00:00:00Z'), noInvalidDate: true };

function stringsOf({ format, pattern, minLength = 0, maxLength = 60 }: RequestSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.date(years).map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.oneof(
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 200) }),
    fc.constantFrom('mario.rossi@postacertificata.gov.it', 'RSSMRA80A01H501U', 'inps-2010', 'cec-pac'),
  );
}

function constants(values: readonly string[]): fc.Arbitrary<string>[] {
  return values.length === 0 ? [] : [fc.constantFrom(...values)];
}

/** A segment of a path: `.` and `..` would be taken for ways to another route. */
function inPathForm(value: string): string {
  return /^\.{0,2}$/.test(value) ? 'x' : encodeURIComponent(value.toWellFormed());
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const asked = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
  return asked.length === 0 ? '' : `?${asked.join('&')}`;
}

/** What HTTP lets stand in a header. */
function headerForm(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}
