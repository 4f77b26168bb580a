import { cruise } from 'dependency-cruiser';
import { boundaryRules, graphOptions, resolution } from './boundary-rules.ts';

/** A wall that was walked through: which rule, from which file, to what. */
export interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** Reads the import graph of the folders under `root` and returns every breach of the house's boundaries. */
export async function breaches(root: string, folders: readonly string[]): Promise<Breach[]> {
  const options = { ...graphOptions, baseDir: root, validate: true, ruleSet: { forbidden: boundaryRules } };
  const { output } = await cruise([...folders], options, resolution);
  if (typeof output === 'string') throw new Error('the import graph came back as text');
  return output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}
