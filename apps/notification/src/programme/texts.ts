import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import type { Words } from '@recapito/primitives';
import { z } from 'zod';
import type { CommunicationKind } from '../domain/communication.ts';
import { placesIn, placesOf } from '../domain/wording.ts';

/** A certified message of a programme: who sends it, under which subject, and its text with places to be filled. */
export interface CertifiedText {
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: Words;
  readonly text: Words;
}

/** All texts of a programme's communications. */
export interface ProgrammeTexts {
  /** Where holders enter. */
  readonly portal: string;
  readonly announcement: CertifiedText;
  readonly welcome: CertifiedText;
  readonly 'pin-first-half': Words;
  readonly 'pin-second-half': Words;
  readonly 'sending-held': Words;
  readonly 'sending-held-to-order': Words;
}

const words = z
  .object({ it: z.string().min(1), en: z.string().min(1) })
  .refine(({ it, en }) => it !== en, 'the two languages say the same');

const address = z
  .string()
  .refine((text) => !isRefusal(parseCertifiedAddress(text)), 'is no certified address')
  .refine((text) => text === text.toLowerCase(), 'is not in lower case');

const certified = z.object({ from: z.object({ name: z.string().min(1), address }), subject: words, files: words });
const courtesy = z.object({ files: words });

/** `texts/notification.json` of a programme. `files` are names of text files beside it. */
const textsFile = z.object({
  portal: z.url({ protocol: /^https?$/ }),
  announcement: certified,
  welcome: certified,
  'pin-first-half': courtesy,
  'pin-second-half': courtesy,
  'sending-held': courtesy,
  'sending-held-to-order': courtesy,
  sources: z.record(z.string(), z.string()).optional(),
});

/**
 * The texts of every programme that has some, by the programme's name; read once, so that a wrong file stops the start
 * and not an announcement.
 * @throws Error that names the file and its faults.
 * @rule ANNOUNCEMENT-SAYS
 */
export function readTexts(programmes: string): ReadonlyMap<string, ProgrammeTexts> {
  const named = readdirSync(programmes).filter((name) => existsSync(fileOf(programmes, name)));
  return new Map(named.map((name) => [name, textsOf(programmes, name)]));
}

function fileOf(programmes: string, name: string): string {
  return join(programmes, name, 'texts', 'notification.json');
}

function textsOf(programmes: string, name: string): ProgrammeTexts {
  const file = fileOf(programmes, name);
  const { portal, announcement, welcome, ...courtesies } = readJsonFile(file, textsFile);
  const text = (kind: CommunicationKind, files: Words) => textOf(join(file, '..'), kind, files);
  return {
    portal,
    announcement: { ...announcement, text: text('announcement', announcement.files) },
    welcome: { ...welcome, text: text('welcome', welcome.files) },
    'pin-first-half': text('pin-first-half', courtesies['pin-first-half'].files),
    'pin-second-half': text('pin-second-half', courtesies['pin-second-half'].files),
    'sending-held': text('sending-held', courtesies['sending-held'].files),
    'sending-held-to-order': text('sending-held-to-order', courtesies['sending-held-to-order'].files),
  };
}

function textOf(folder: string, kind: CommunicationKind, files: Words): Words {
  const text = { it: checkedText(folder, kind, files.it), en: checkedText(folder, kind, files.en) };
  if (text.it === text.en) throw new Error(`${files.it} and ${files.en} in ${folder} say the same`);
  return text;
}

/** A text has exactly the places of its kind: one that is missing is something a person is not told. */
function checkedText(folder: string, kind: CommunicationKind, file: string): string {
  const text = readFileSync(join(folder, file), 'utf8');
  const [found, agreed] = [placesIn(text).join(', '), placesOf[kind].join(', ')];
  if (found !== agreed) throw new Error(`${join(folder, file)} has the places ${found} instead of ${agreed}`);
  return text;
}

/** The texts of all programmes, and the one in whose name PINs go out. */
export class Texts {
  readonly byProgramme: ReadonlyMap<string, ProgrammeTexts>;
  /** PINs and holds belong to no campaign: the installation says in whose texts they are written. */
  readonly ofNoCampaign: string;

  /** @throws Error when a file is wrong, or there are texts and none for PINs. An installation without any sends no communications. */
  constructor(programmes: string, ofNoCampaign: string) {
    this.byProgramme = readTexts(programmes);
    this.ofNoCampaign = ofNoCampaign;
    if (this.byProgramme.size > 0 && !this.byProgramme.has(ofNoCampaign))
      throw new Error(`the programme ${ofNoCampaign} has no texts for its PINs`);
  }

  of(programme: string): ProgrammeTexts | undefined {
    return this.byProgramme.get(programme);
  }
}
