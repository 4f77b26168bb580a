import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { EventDefinition } from '@recapito/contracts';

/**
 * What a route leaves behind of its caller. `reading`: a fact with caller and purpose, before anything is shown. `act`: a
 * fact with the caller, before anything changes, or afterwards. `facts`: what the route changes is published with its caller by itself.
 * `nothing`: it neither changes anything nor shows personal data of others, for the reason given.
 */
export type Recording =
  | { readonly kind: 'reading'; readonly purpose: PurposeOf }
  | { readonly kind: 'act'; readonly when: 'before' | 'afterwards' }
  | { readonly kind: 'facts'; readonly definitions: readonly Published[] }
  | { readonly kind: 'nothing'; readonly because: string };

/** When operators must say why they read: in production, or in a rehearsal, too. */
type PurposeOf = 'in-production' | 'always';

/** An event, or how a service declares its own on a topic of its own. */
type Published = EventDefinition | ((topic: never) => EventDefinition);

const recordingKey = 'recapito:recording';

/**
 * The route shows personal data. Before it does, the platform publishes who asks for what and why: they say why in a
 * `Purpose` header, which operators must give in production, or `always`. Holders see their own data, of which nothing is
 * published.
 * @rule PERSONAL-DATA-READ
 */
export function Reading(purpose: PurposeOf = 'in-production'): MethodDecorator {
  return applyDecorators(
    SetMetadata(recordingKey, { kind: 'reading', purpose } satisfies Recording),
    PurposeHeader(purpose === 'always'),
  );
}

/** The `Purpose` header in the document of a route. */
export function PurposeHeader(required: boolean): MethodDecorator {
  const description = 'Why the data are read, in 3 to 200 characters, UTF-8; holders and services need none';
  return ApiHeader({ name: 'Purpose', description, required });
}

/**
 * The route changes something. Before it does, the platform publishes who asks for it; `afterwards` when the change decides
 * how facts are published.
 * @rule ACT-NAMED
 */
export function Act(when: 'before' | 'afterwards' = 'before'): MethodDecorator {
  return SetMetadata(recordingKey, { kind: 'act', when } satisfies Recording);
}

/** The route changes or shows something, and publishes these facts, with its caller, in the same transaction. */
export function Publishes(...definitions: readonly Published[]): MethodDecorator {
  return SetMetadata(recordingKey, { kind: 'facts', definitions } satisfies Recording);
}

/** The route changes nothing and shows no personal data of others, because of this. */
export function RecordsNothing(because: string): MethodDecorator {
  return SetMetadata(recordingKey, { kind: 'nothing', because } satisfies Recording);
}

/** What a route declares; undefined when it forgot to say. */
export function recordingOf(reflector: Reflector, handler: Function): Recording | undefined {
  return reflector.get<Recording | undefined>(recordingKey, handler);
}
