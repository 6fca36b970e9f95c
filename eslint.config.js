import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// The architecture as rules. Tags: type (pure < lib < app, plus tool and test), and vendor rights by package name.
// `depConstraints` are cumulative: every constraint whose tag a project carries must hold.
const kafkaClients = ['kafkajs', '@platformatic/kafka', 'node-rdkafka', '@confluentinc/kafka-javascript'];
const destinationClients = ['@elastic/*', '@google-cloud/*', 'twitter-api-v2'];

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
  // Apps never import apps; tests and tools may look at everything that is imported, never at what runs.
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:pure', 'type:lib'] },
  { sourceTag: 'type:test', onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:test'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:tool'] },
  // Only libs/kafka imports a Kafka client: every other project carries `no-kafka-client`.
  { sourceTag: 'no-kafka-client', bannedExternalImports: kafkaClients },
  // An app knows one destination: its own client, not another's.
  { sourceTag: 'destination:none', bannedExternalImports: destinationClients },
  { sourceTag: 'destination:elasticsearch', bannedExternalImports: ['@google-cloud/*', 'twitter-api-v2'] },
  { sourceTag: 'destination:gcs', bannedExternalImports: ['@elastic/*', '@google-cloud/bigquery', 'twitter-api-v2'] },
  {
    sourceTag: 'destination:bigquery',
    bannedExternalImports: ['@elastic/*', '@google-cloud/storage', 'twitter-api-v2'],
  },
  { sourceTag: 'destination:x', bannedExternalImports: ['@elastic/*', '@google-cloud/*'] },
];

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/*.generated.ts', '.nx', '.sluice'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: false } },
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
