/** What an OpenAPI document says of a value; as much of JSON Schema as ours use. */
export interface ValueSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: ValueSchema;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly anyOf?: readonly ValueSchema[];
  readonly oneOf?: readonly ValueSchema[];
}

/** What an OpenAPI document says of a value in a request. */
export interface RequestSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: RequestSchema;
  readonly properties?: Readonly<Record<string, RequestSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly RequestSchema[];
  readonly oneOf?: readonly RequestSchema[];
}

/** One route, as the service describes it. */
export interface DescribedRoute {
  readonly method: string;
  /** `/holds/{id}/recipients` */
  readonly path: string;
  readonly queries: readonly string[];
  readonly parameters: readonly Parameter[];
  /** What its body may be, by media type. */
  readonly bodies: Readonly<Record<string, RequestSchema>>;
  /** Null where no JSON is taken. */
  readonly body: ValueSchema | null;
}

/** A request that a route may get. */
export interface OddRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: RequestSchema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: ValueSchema & RequestSchema }>>;
  };
}

/** An OpenAPI document, as far as it is read here. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The routes of a document. */
export function routesOf({ paths }: ApiDocument): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      queries: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
      parameters,
      bodies: Object.fromEntries(
        Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema]),
      ),
      body: requestBody?.content?.['application/json']?.schema ?? null,
    })),
  );
}

const oddTexts = ['', '0', '-1', '99999999999999999999', "x' OR 1=1 --", '\u{1f4a9}', 'x'.repeat(2_000), 'a\0b'];
/** A field of that name, which a literal would take for its prototype. */
const ownProto: unknown = JSON.parse('{"__proto__":{"x":1}}');
const oddValues = [...oddTexts, null, true, -1, 1e300, 0.5, [], {}, [[null]], ownProto];
const uuid = '00000000-0000-4000-8000-000000000000';

/** Requests that nobody sends who means well, and some that would be taken but for what they speak of. */
export function* oddRequests({ method, path, queries, body }: DescribedRoute): Generator<OddRequest> {
  const [wellFormed, sample] = [path.replace(/\{[^}]+\}/g, uuid), body === null ? undefined : sampleOf(body)];
  const asked = (more: { path?: string; body?: unknown }, key: string = crypto.randomUUID()): OddRequest => {
    const sent = 'body' in more ? more.body : sample;
    const json = typeof sent === 'string' ? sent : JSON.stringify(sent);
    const content = sent === undefined ? {} : { 'content-type': 'application/json' };
    return {
      method,
      path: more.path ?? wellFormed,
      body: json,
      headers: { 'idempotency-key': key, purpose: 'prova', ...content },
    };
  };
  yield asked({});
  yield asked({}, 'x'.repeat(500));
  if (path !== wellFormed)
    for (const text of [...oddTexts, '../..', '%zz', '%ff'])
      yield asked({ path: path.replace(/\{[^}]+\}/g, text.startsWith('%') ? text : encodeURIComponent(text)) });
  for (const name of queries) for (const query of oddQueries(name)) yield asked({ path: `${wellFormed}?${query}` });
  if (body === null) return;
  for (const text of ['', 'null', '[]', '"x"', '{', '['.repeat(50_000), '{"__proto__":{"x":1}}'])
    yield asked({ body: text });
  for (const odd of oddBodies(body, sample)) yield asked({ body: odd });
}

function oddQueries(name: string): string[] {
  const values = [...oddTexts.map(encodeURIComponent), '%zz', '%ff'];
  return [...values.map((value) => `${name}=${value}`), `${name}=a&${name}=b`, `${name}[x]=1`, name];
}

/** The sample with each of its fields in turn left out, and made something else. */
function* oddBodies(schema: ValueSchema, sample: unknown): Generator {
  if (typeof sample !== 'object' || sample === null) return;
  for (const name of Object.keys(schema.properties ?? {})) {
    yield Object.fromEntries(Object.entries(sample).filter(([field]) => field !== name));
    for (const value of oddValues) yield { ...sample, [name]: value };
    const inner = schema.properties?.[name];
    const value: unknown = Reflect.get(sample, name);
    if (inner?.properties) for (const odd of oddBodies(inner, value)) yield { ...sample, [name]: odd };
  }
}

/** By type, or else by format. */
const samples: Readonly<Record<string, unknown>> = {
  integer: 1,
  number: 1,
  boolean: true,
  uuid,
  'date-time': '2010-08-02T07:00:00Z',
  date: '2010-08-02',
};

/** A value that a schema may take; what the schema cannot say (a pattern, a rule of ours) it may still break. */
function sampleOf(schema: ValueSchema): unknown {
  const [alternative] = schema.anyOf ?? schema.oneOf ?? [];
  if (alternative) return sampleOf(alternative);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const { type = 'string', properties = {}, items, format = '' } = schema;
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, sampleOf(of)]));
  if (type === 'array') return items ? [sampleOf(items)] : [];
  return samples[type] ?? samples[format] ?? 'a@pec.example';
}
