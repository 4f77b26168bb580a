import { describe, expect, test } from '@jest/globals';
import { runtimeModules } from './runtime-modules.ts';

describe('what a service needs at run time', () => {
  test('is what its package and the packages of the house name, and what those need', () => {
    const packages = {
      '': { dependencies: { jest: '1' } },
      'apps/parcels': { dependencies: { '@house/boxes': '1', pg: '8' } },
      'apps/letters': { dependencies: { stamps: '1' } },
      'libs/boxes': { dependencies: { kafkajs: '2' } },
      'node_modules/@house/boxes': { link: true, resolved: 'libs/boxes' },
      'node_modules/jest': { dependencies: { pg: '8' } },
      'node_modules/kafkajs': {},
      'node_modules/pg': { dependencies: { 'pg-types': '1' } },
      'node_modules/pg-types': {},
      'node_modules/stamps': {},
    };
    expect(runtimeModules(packages, ['apps/parcels'])).toEqual([
      'node_modules/@house/boxes',
      'node_modules/kafkajs',
      'node_modules/pg',
      'node_modules/pg-types',
    ]);
  });

  test('is found as Node finds it: the nearest of several versions on the way up', () => {
    const packages = {
      'apps/parcels': { dependencies: { outer: '1', shared: '1' } },
      'node_modules/outer': { dependencies: { shared: '2' } },
      'node_modules/outer/node_modules/shared': {},
      'node_modules/shared': {},
    };
    expect(runtimeModules(packages, ['apps/parcels'])).toEqual([
      'node_modules/outer',
      'node_modules/outer/node_modules/shared',
      'node_modules/shared',
    ]);
  });

  test('includes peers that must be there, and neither those that need not nor packages that nobody has installed', () => {
    const packages = {
      'apps/parcels': { dependencies: { frame: '1' } },
      'node_modules/frame': {
        optionalDependencies: { 'for-another-system': '1' },
        peerDependencies: { pane: '1', compiler: '5' },
        peerDependenciesMeta: { compiler: { optional: true } },
      },
      'node_modules/pane': {},
      'node_modules/compiler': {},
    };
    expect(runtimeModules(packages, ['apps/parcels'])).toEqual(['node_modules/frame', 'node_modules/pane']);
  });

  test('ends where packages need each other', () => {
    const packages = {
      'apps/parcels': { dependencies: { hen: '1' } },
      'node_modules/hen': { dependencies: { egg: '1' } },
      'node_modules/egg': { dependencies: { hen: '1' } },
    };
    expect(runtimeModules(packages, ['apps/parcels'])).toEqual(['node_modules/egg', 'node_modules/hen']);
  });
});
