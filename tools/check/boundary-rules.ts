import type { ICruiseOptions, IForbiddenRuleType, IResolveOptions } from 'dependency-cruiser';

const spec = '\\.(int-)?spec\\.ts$|/test/|/testing/';
/** The one file that the bootstrap has in common with a library. */
const turns = '^libs/servers/src/in-turn\\.mjs$';
const pureLibs = '(^|/)libs/(primitives|approvals|capability|rfc6109)/';

/** The house's walls. Each has a fixture of the same name under fixtures/ that must break it. */
export const boundaryRules: IForbiddenRuleType[] = [
  {
    name: 'domain-is-pure',
    comment: 'A domain folder knows itself and the pure libraries: no framework, no Node, no neighbour room.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/src/domain/', pathNot: spec },
    to: { pathNot: ['^apps/$1/src/domain/', pureLibs] },
  },
  {
    name: 'primitives-are-pure',
    comment:
      'primitives imports itself, node:crypto for ids, node:url for A-labels and temporal-polyfill for civil time, nothing else.',
    severity: 'error',
    from: { path: '^libs/primitives/src/', pathNot: spec },
    to: { pathNot: ['^libs/primitives/src/', '^(node:)?(crypto|url)$', 'node_modules/temporal-polyfill/'] },
  },
  {
    name: 'civil-time-owns-temporal',
    comment: 'Only civil-time names temporal-polyfill, so that one file decides how days are counted.',
    severity: 'error',
    from: { pathNot: '^libs/primitives/src/civil-time[^/]*\\.ts$' },
    to: { path: 'node_modules/temporal-polyfill/' },
  },
  {
    name: 'capability-is-pure',
    comment: 'capability answers from data and an instant: it imports primitives and zod, nothing that reads or waits.',
    severity: 'error',
    from: { path: '^libs/capability/src/', pathNot: spec },
    to: { pathNot: ['^libs/(capability|primitives)/src/', 'node_modules/zod/', '^(node:)?crypto$'] },
  },
  {
    name: 'approvals-are-pure',
    comment: 'approvals decides from plain values: it imports primitives and node:crypto, nothing that reads or waits.',
    severity: 'error',
    from: { path: '^libs/approvals/src/', pathNot: spec },
    to: { pathNot: ['^libs/(approvals|primitives)/src/', '^(node:)?crypto$'] },
  },
  {
    name: 'rfc6109-touches-no-disk',
    comment: 'rfc6109 turns inputs into bytes and back; files, sockets and frameworks belong to the apps.',
    severity: 'error',
    from: { path: '^libs/rfc6109/src/', pathNot: spec },
    to: {
      path: '^(node:)?(fs|fs/promises|net|http|https|tls|child_process|worker_threads)$|node_modules/@nestjs/|^apps/',
    },
  },
  {
    name: 'pure-libs-test-by-themselves',
    comment:
      'testing stands on servers and platform, and those on the pure libraries: their specs that used it would close the circle.',
    severity: 'error',
    from: { path: '^libs/(primitives|approvals|capability|rfc6109)/' },
    to: { path: '^libs/testing/' },
  },
  {
    name: 'platform-stands-on-top',
    comment:
      'What a service boots from uses messaging, database and background; none of them knows how a service boots.',
    severity: 'error',
    from: { path: '^libs/(background|contracts|database|messaging)/', pathNot: spec },
    to: { path: '^libs/platform/' },
  },
  {
    name: 'apps-never-import-apps',
    comment: 'Services meet on Kafka and over HTTP; another service’s code is out of reach.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'nobody-outside-imports-apps',
    comment: 'Libraries, tools, driver and benchmarks use the public doors of the services.',
    severity: 'error',
    from: { path: '^(libs|tools|bench|e2e)/' },
    to: { path: '^apps/' },
  },
  {
    name: 'kafkajs-only-in-messaging',
    comment: 'One place decides when an offset is committed.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: ['^libs/(messaging|servers|testing)/', spec] },
    to: { path: 'node_modules/kafkajs/' },
  },
  {
    name: 'pg-only-where-measured',
    comment: 'Prisma speaks to the databases; pg by name serves the relay and the trace’s bulk insert.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: ['^libs/(messaging|servers|testing)/', '^apps/audit-log/', spec] },
    to: { path: 'node_modules/pg/' },
  },
  {
    name: 'testing-only-in-specs',
    comment: 'What specs stand on is not part of the product, nor are the servers that they and the tools start.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: ['^libs/(servers|testing)/', spec] },
    to: { path: '^libs/(servers|testing)/' },
  },
  {
    name: 'libs-never-import-tools',
    comment: 'Tools stand on the libraries. What a library needs of a tool is a library, for its specs too.',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^tools/' },
  },
  {
    name: 'control-goes-down',
    comment: 'http, kafka and jobs call application; application calls domain and persistence; nothing calls back up.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/(application|persistence)/', pathNot: spec },
    to: { path: '^apps/[^/]+/src/(http|kafka|jobs)/' },
  },
  {
    name: 'doors-know-no-jobs',
    comment: 'A door wakes a job by its name once it has committed (JobWakes); what both need stands in application.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/(http|kafka|smtp)/', pathNot: spec },
    to: { path: '^apps/[^/]+/src/jobs/' },
  },
  {
    name: 'persistence-knows-no-use-case',
    comment: 'A store answers questions; what to do with the answer is decided above it.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/persistence/', pathNot: spec },
    to: { path: '^apps/[^/]+/src/application/' },
  },
  {
    name: 'verifier-stands-alone',
    comment: 'Whoever doubts us must be able to run the verifier without us: Node alone, none of our code.',
    severity: 'error',
    from: { path: '^tools/verify-trace/', pathNot: spec },
    to: { pathNot: ['^tools/verify-trace/'], dependencyTypesNot: ['core'] },
  },
  {
    name: 'bootstrap-needs-only-node',
    comment: 'The bootstrap runs before anything is installed.',
    severity: 'error',
    from: { path: ['^tools/bootstrap/', turns], pathNot: spec },
    to: { pathNot: ['^tools/bootstrap/', turns], dependencyTypesNot: ['core'] },
  },
  {
    name: 'no-circles',
    comment:
      'Two files that need each other, if only for a type, are one file, or three: what both need stands in the third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
];

/** How the import graph is read: sources of our own packages, types included. */
export const graphOptions: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '/dist/|/generated/|tools/check/fixtures' },
  tsPreCompilationDeps: true,
};

/** Our packages are read from their sources, as the tests and the runner read them. */
export const resolution: Partial<IResolveOptions> = {
  exportsFields: ['exports'],
  conditionNames: ['@recapito/source', 'import', 'node', 'default', 'types'],
};
