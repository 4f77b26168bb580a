import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What a route does: in one sentence, and in all that its comment says. */
export interface RouteWords {
  readonly summary: string;
  readonly description?: string;
}

/**
 * What the comments of controllers say of their routes, by the id of the operation (`HoldersController_read`). The comment of
 * a handler is written for whoever reads the code, and serves whoever reads the document: one text, in one place.
 * @param folders below the root of the repository
 */
export function routeWords(root: string, folders: readonly string[]): Map<string, RouteWords> {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.controller.ts`, { cwd: root }));
  return new Map(files.flatMap((file) => wordsIn(file, readFileSync(join(root, file), 'utf8'))));
}

/** The words of each commented method of each class in a file. */
export function wordsIn(file: string, text: string): [string, RouteWords][] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).flatMap((type) =>
    type.members.filter(ts.isMethodDeclaration).flatMap((method): [string, RouteWords][] => {
      const [comment] = ts.getJSDocCommentsAndTags(method).filter(ts.isJSDoc);
      const words = ts.getTextOfJSDocComment(comment?.comment) ?? '';
      return words === '' ? [] : [[`${type.name?.text ?? ''}_${method.name.getText()}`, asRouteWords(words)]];
    }),
  );
}

function asRouteWords(comment: string): RouteWords {
  const whole = comment.replaceAll(/\s+/g, ' ').trim();
  const [sentence = whole] = whole.split(/(?<=\.)\s/, 1);
  const summary = sentence.replace(/\.$/, '');
  return sentence === whole ? { summary } : { summary, description: whole };
}
