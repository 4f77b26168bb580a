import { createConfig, lintFromString } from '@redocly/openapi-core';

/**
 * What Redocly's recommended rules find in an OpenAPI document, warnings too, a line each: no addresses, no licence, a route
 * that says of no refusal, examples that do not fit, and the like.
 */
export async function breachesOfConvention(path: string, text: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: path, config });
  return problems.map(({ ruleId, message, location: [at] }) => `${path}${at?.pointer ?? ''}: ${message} (${ruleId})`);
}
