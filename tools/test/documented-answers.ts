import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** An answer of a service, as it went to whoever called. */
export interface SentAnswer {
  readonly method: string;
  /** The route that answered, as `/boxes/:address`. */
  readonly route: string;
  readonly status: number;
  readonly contentType: string | undefined;
  /** Undefined for a body that was streamed, which is not kept. */
  readonly body: string | undefined;
}

interface MediaType {
  readonly schema?: object;
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}

/** An OpenAPI document, as far as answers go. */
export interface AnswersDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: object;
}

/** The documents of docs/api, and whether an answer is one that they tell. */
export class DocumentedAnswers {
  readonly #ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
  readonly #operations = new Map<string, { readonly document: string; readonly operation: Operation }[]>();
  readonly #validators = new Map<object, ValidateFunction>();

  /** @param documents by the names of their services */
  constructor(documents: Readonly<Record<string, AnswersDocument>>) {
    for (const [name, document] of Object.entries(documents)) {
      this.#ajv.addSchema(document, name);
      for (const [path, methods] of Object.entries(document.paths))
        for (const [method, operation] of Object.entries(methods)) {
          const key = `${method.toUpperCase()} ${path}`;
          this.#operations.set(key, [...(this.#operations.get(key) ?? []), { document: name, operation }]);
        }
    }
  }

  /** @throws Error when there is no document in the folder, or one that is no JSON */
  static read(folder: string): DocumentedAnswers {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    if (files.length === 0) throw new Error(`no OpenAPI document in ${folder}`);
    const read = (file: string) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as AnswersDocument;
    return new DocumentedAnswers(Object.fromEntries(files.map((file) => [file.replace('.json', ''), read(file)])));
  }

  /**
   * What no document says of an answer; undefined when one says all of it, or when no document knows the route. Routes that
   * every service has stand in several documents, alike.
   */
  deviationOf(answer: SentAnswer): string | undefined {
    const path = answer.route.replaceAll(/:(\w+)/g, '{$1}');
    const described = this.#operations.get(`${answer.method} ${path}`) ?? [];
    const found = described.map(({ document, operation }) => this.#against(document, path, operation, answer));
    if (described.length === 0 || found.includes(undefined)) return undefined;
    return `${answer.method} ${path} answered ${answer.status}: ${[...new Set(found)].join('; or ')}`;
  }

  #against(document: string, path: string, { responses }: Operation, answer: SentAnswer): string | undefined {
    const { status, contentType, body } = answer;
    const told = [String(status), `${Math.floor(status / 100)}XX`].find((key) => responses[key] !== undefined);
    if (told === undefined) return `docs/api/${document}.json tells no such status`;
    const { content = {} } = responses[told] ?? {};
    const [mediaType = ''] = (contentType ?? '').split(';');
    if (Object.keys(content).length === 0) return body === undefined || body === '' ? undefined : 'it has a body';
    const media = content[mediaType];
    if (media === undefined) return `docs/api/${document}.json tells no ${mediaType || 'empty body'} there`;
    if (media.schema === undefined || body === undefined || !mediaType.endsWith('json')) return undefined;
    const steps = ['paths', path, answer.method.toLowerCase(), 'responses', told, 'content', mediaType, 'schema'];
    return this.#faultsIn(document, steps, media.schema, JSON.parse(body));
  }

  #faultsIn(document: string, steps: readonly string[], schema: object, value: unknown): string | undefined {
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#validators.get(schema) ?? this.#ajv.compile({ $ref: `${document}#/${pointer}` });
    this.#validators.set(schema, validate);
    if (validate(value)) return undefined;
    const faults = (validate.errors ?? []).map(wordsOf).slice(0, 5);
    return `${faults.join(', ')} (${JSON.stringify(value).slice(0, 300)})`;
  }
}

function wordsOf({ instancePath, message, params }: ErrorObject): string {
  const more = 'additionalProperty' in params ? `: ${params['additionalProperty']}` : '';
  return `${instancePath || 'the body'} ${message}${more}`;
}
