import { STATUS_CODES } from 'node:http';
import type { INestApplication, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { accessOf } from '../auth/permission.ts';
import { recordingOf } from '../auth/recording.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/**
 * The service's HTTP contract, OpenAPI 3.1, from the schemas that check its requests. Beside them each route says which
 * permission it asks for (`x-permission`), what it records of its caller (`x-records`), and that whatever it does not answer
 * as asked is a problem.
 * @param port where the service listens
 */
export function openApiOf(app: INestApplication, service: string, port: number): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`Recapito, ${service}`)
    .setVersion('1')
    .addServer('{scheme}://{host}:{port}', 'Where the service listens', {
      scheme: { default: 'http', enum: ['http', 'https'] },
      host: { default: '127.0.0.1' },
      port: { default: String(port) },
    })
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, about, { standardSchemaConverter: jsonSchemaOf });
  const declared = declaredBy(app.get(ModulesContainer));
  for (const operation of operationsOf(document)) Object.assign(operation, more(operation, declared));
  const schema = jsonSchemaOf(problemDocument, { schemaType: 'output' })?.schema as Schema;
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: schema } };
  // The builder of documents knows no `identifier`, by which OpenAPI 3.1 names a licence of the SPDX list.
  Object.assign(document.info, { license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' } });
  return document;
}

/** `ProblemDocument` as a schema. */
const problemDocument = z.object({
  type: z.string().describe('The code of the refusal, as enrolment/step-out-of-order.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('In the language of the caller.'),
  rule: z.string().describe('As it stands in docs/RULES.md.'),
  words: z.object({ it: z.string(), en: z.string() }).optional().describe('Both languages, to services.'),
  details: z.record(z.string(), z.unknown()).optional(),
  faults: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
  trace: z.string().optional(),
});

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** What every route may answer beside what it says itself. */
const problemAnswers = {
  '4XX': { description: 'A refusal, in words', content: problem },
  '503': { description: 'Something that the service needs does not answer: later', content: problem },
};

interface Declared {
  readonly access: NonNullable<ReturnType<typeof accessOf>>;
  readonly records: string | undefined;
}

/** What each route declares of its callers, by the id of its operation. */
function declaredBy(modules: ModulesContainer): Map<string, Declared> {
  const [scanner, reflector] = [new MetadataScanner(), new Reflector()];
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.keys()]);
  const declared = new Map<string, Declared>();
  for (const controller of controllers as Type[]) {
    const prototype = controller.prototype as Record<string, Function>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      const access = handler && accessOf(reflector, handler);
      if (handler === undefined || access === undefined) continue;
      declared.set(`${controller.name}_${name}`, { access, records: recordingOf(reflector, handler)?.kind });
    }
  }
  return declared;
}

/** What is said of a route beside its schemas; of one that declares nothing, only that it may answer with a problem. */
function more(
  { operationId = '', responses }: Operation,
  declared: ReadonlyMap<string, Declared>,
): Record<string, unknown> {
  for (const [status, said] of Object.entries(responses))
    if (said !== undefined && 'description' in said && said.description === '')
      said.description = STATUS_CODES[status] ?? status;
  const answers = { responses: { ...responses, ...problemAnswers } };
  const route = declared.get(operationId);
  if (route === undefined || route.access === 'public') return { ...answers, security: [] };
  const { access, records } = route;
  return { ...answers, security: [{ bearer: [] }], 'x-permission': access.permission, 'x-records': records };
}

function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap((item) =>
    Object.values(item as Record<string, unknown>).filter(
      (value): value is Operation => typeof value === 'object' && value !== null && 'operationId' in value,
    ),
  );
}

/** What JSON Schema cannot say (a value made by a function) is left open, not left out. */
function jsonSchemaOf(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): { schema: unknown } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: schemaType,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => nameFields(jsonSchema),
  });
  return { schema: rest };
}

/** Writes a record whose keys are known as the object that it is: readers of documents look for fields there. */
function nameFields(schema: z.core.JSONSchema.BaseSchema): void {
  const { propertyNames, additionalProperties } = schema;
  if (typeof propertyNames !== 'object' || propertyNames.enum === undefined) return;
  if (typeof additionalProperties !== 'object') return;
  delete schema.propertyNames;
  schema.properties = Object.fromEntries(propertyNames.enum.map((name) => [String(name), additionalProperties]));
  schema.additionalProperties = false;
}
