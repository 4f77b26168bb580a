import { Controller, Get } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '@recapito/platform';
import { z } from 'zod';
import { IdentityParts } from './identity-parts.ts';

const termsView = z.object({
  items: z.array(
    z.object({
      document: z.string(),
      version: z.string(),
      language: z.enum(['it', 'en']),
      sha256: z.string(),
      title: z.string(),
      text: z.string(),
    }),
  ),
});

const wordsView = z.object({ it: z.string(), en: z.string() });

const questionsView = z.object({
  items: z.array(z.object({ id: z.string(), words: wordsView })),
});

const frequentQuestionsView = z.object({
  items: z.array(z.object({ id: z.string(), question: wordsView, answer: wordsView })),
});

/** What everybody may read: contract, privacy notice, the questions to choose among, and those that many ask. */
@ApiTags('programme')
@Controller()
export class ProgrammeController {
  constructor(private readonly parts: IdentityParts) {}

  /** The texts in force, each in both languages, with the hash to be sent when accepting it. */
  @Get('terms')
  @Public()
  @ApiResponse({ status: 200, standardSchema: termsView })
  terms(): z.output<typeof termsView> {
    return { items: [...this.parts.texts.terms] };
  }

  /** The security questions of the programme. */
  @Get('security-questions')
  @Public()
  @ApiResponse({ status: 200, standardSchema: questionsView })
  questions(): z.output<typeof questionsView> {
    return { items: [...this.parts.texts.questions] };
  }

  /** What holders ask about their move, with the programme's answers. */
  @Get('frequent-questions')
  @Public()
  @ApiResponse({ status: 200, standardSchema: frequentQuestionsView })
  frequentQuestions(): z.output<typeof frequentQuestionsView> {
    return { items: [...this.parts.texts.frequentQuestions] };
  }
}
