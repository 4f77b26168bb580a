import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

/** What the bootstrap has built. */
const dist = new URL('dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');

describe('the first view of the console', () => {
  test('is at most 170 KB of compressed script', () => {
    const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, path) => sum + statSync(new URL(`${path}.gz`, dist)).size, 0);
    expect(bytes).toBeGreaterThan(40_000);
    expect(bytes).toBeLessThanOrEqual(170_000);
  });

  test('has no script and no style inside the page, and nothing from another host', () => {
    expect(html).not.toMatch(/<style|style=|\son\w+=|https?:\/\//);
    expect([...html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(([, inside]) => inside)).toEqual(['']);
  });
});
