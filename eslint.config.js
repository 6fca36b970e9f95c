import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// The architecture as rules. Tags: type (pure < lib < connector < audit < operations < app, plus tool and test), and the destination
// that a package knows. `depConstraints` are cumulative: every constraint whose tag a project carries must hold.
const kafkaClients = ['kafkajs', '@platformatic/kafka', 'node-rdkafka', '@confluentinc/kafka-javascript'];
/** The clients of each destination, by what its packages' tag `destination:NAME` names. */
const clients = {
  elasticsearch: ['@elastic/*'],
  google: ['@google-cloud/*', 'google-auth-library'],
  aws: ['@aws-sdk/*', '@smithy/*'],
  postgres: ['pg', 'pg-*'],
  opensearch: ['@opensearch-project/*'],
};
const xClients = ['twitter-api-v2'];
const destinationNames = Object.keys(clients);
const clientsBut = (name) => destinationNames.filter((other) => other !== name).flatMap((other) => clients[other]);
const connectorClients = clientsBut(undefined);
const destinationClients = [...connectorClients, ...xClients];

const boundaries = [
  // Pure libraries do no I/O: they know each other, and no client of any system.
  {
    sourceTag: 'type:pure',
    onlyDependOnLibsWithTags: ['type:pure'],
    bannedExternalImports: [...kafkaClients, ...destinationClients, '@kafkajs/confluent-schema-registry'],
  },
  // What could be published on its own knows nothing of Sluice.
  { sourceTag: 'stands-alone', onlyDependOnLibsWithTags: ['stands-alone'] },
  // Libraries know no destination.
  {
    sourceTag: 'type:lib',
    onlyDependOnLibsWithTags: ['type:pure', 'type:lib'],
    bannedExternalImports: destinationClients,
  },
  // A connector is all that knows its outside system. Connectors do not know each other.
  { sourceTag: 'type:connector', onlyDependOnLibsWithTags: ['type:pure', 'type:lib'] },
  // The audit compares what Kafka has with what all destinations have.
  { sourceTag: 'type:audit', onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:connector'] },
  // Operations are what the command line and the dashboard have in common.
  {
    sourceTag: 'type:operations',
    onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:connector', 'type:audit'],
    bannedExternalImports: destinationClients,
  },
  // Apps never import apps. Tests and tools may import whatever a package exports, which never is a program that runs.
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:connector', 'type:audit', 'type:operations'],
    bannedExternalImports: connectorClients,
  },
  {
    sourceTag: 'type:test',
    onlyDependOnLibsWithTags: [
      ...['type:pure', 'type:lib', 'type:connector', 'type:audit', 'type:operations'],
      // Tools too: proofs of what a tool checks, on real servers.
      ...['type:app', 'type:test', 'type:tool'],
    ],
  },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:tool'] },
  // Only libs/kafka imports a Kafka client: every other project carries `no-kafka-client`.
  { sourceTag: 'no-kafka-client', bannedExternalImports: kafkaClients },
  // An app knows one destination at most, through its connector.
  {
    sourceTag: 'destination:none',
    notDependOnLibsWithTags: ['type:connector'],
    bannedExternalImports: xClients,
  },
  ...destinationNames.map((name) => ({
    sourceTag: `destination:${name}`,
    notDependOnLibsWithTags: destinationNames.filter((other) => other !== name).map((other) => `destination:${other}`),
    bannedExternalImports: [...clientsBut(name), ...xClients],
  })),
  // A source of files reads the stores of both vendors, of which the settings name one.
  {
    sourceTag: 'destination:stores',
    notDependOnLibsWithTags: destinationNames
      .filter((name) => name !== 'aws' && name !== 'google')
      .map((name) => `destination:${name}`),
    bannedExternalImports: xClients,
  },
  { sourceTag: 'destination:x', notDependOnLibsWithTags: ['type:connector'] },
];

// A package's tests, and what they share. Production code cannot import these.
const testFiles = ['**/*.spec.ts', '**/testing/**', '**/testing.ts', 'libs/testkit/**', 'tests/**'];
const testBoundaries = boundaries.map((boundary) =>
  boundary.sourceTag.startsWith('type:')
    ? { ...boundary, onlyDependOnLibsWithTags: [...boundary.onlyDependOnLibsWithTags, 'type:test'] }
    : boundary,
);

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/*.generated.ts', '.nx', '.sluice'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries, banTransitiveDependencies: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'off',
    },
  },
  {
    // One program for the whole workspace: a program for each package takes three times as long.
    files: ['**/*.ts'],
    ignores: ['apps/ops/dashboard/page/**'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
    },
  },
  {
    // It runs in a browser, so its types are others.
    files: ['apps/ops/dashboard/page/src/**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: './apps/ops/dashboard/page/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: testFiles,
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: testBoundaries, banTransitiveDependencies: false }],
    },
  },
  {
    files: ['{apps,libs,tools}/**/*.ts'],
    ignores: testFiles,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'vitest', message: 'Only tests use vitest.' }],
          patterns: [
            {
              regex: '^@sluice/.*/testing$|^[.].*/testing(/|[.]ts$)|[.]spec[.]ts$',
              message: 'Production code imports no test support.',
            },
          ],
        },
      ],
    },
  },
  {
    // Only main.ts and libs/config touch the environment: everything else is given its configuration.
    files: ['{apps,libs}/**/*.ts'],
    ignores: ['**/main.ts', 'libs/config/**', 'apps/ops/**', 'libs/testkit/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read settings through libs/config.' },
      ],
      'no-console': 'error',
    },
  },
);
