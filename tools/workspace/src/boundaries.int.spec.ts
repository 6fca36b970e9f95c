import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
// The files of these tests do not exist, so rules that need types cannot look at them.
const eslint = () => new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked });

// The rule reads the project graph that Nx has computed.
beforeAll(() => {
  execFileSync('nx', ['show', 'projects', '--json'], { cwd: root, stdio: 'ignore' });
});

const boundaryRules = ['@nx/enforce-module-boundaries', 'no-restricted-imports'];

async function boundaryErrors(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint().lintText(code, { filePath: resolve(root, filePath) });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId !== null && boundaryRules.includes(ruleId))
    .map(({ message }) => message);
}

test.each([
  [
    'a contract knows no runtime',
    'libs/contracts/src/x.ts',
    "import { runSink } from '@sluice/sink';\nexport const x = runSink;\n",
  ],
  [
    'only libs/kafka imports a Kafka client',
    'libs/sink/src/x.ts',
    "import kafkajs from 'kafkajs';\nexport const x = kafkajs;\n",
  ],
  [
    'an app imports no Kafka client',
    'apps/sinks/stdout/src/x.ts',
    "import kafkajs from 'kafkajs';\nexport const x = kafkajs;\n",
  ],
  [
    'libraries know no destination',
    'libs/sink/src/x.ts',
    "import { Client } from '@elastic/elasticsearch';\nexport const x = Client;\n",
  ],
  [
    'a source knows no destination',
    'apps/sources/host-metrics/src/x.ts',
    "import { Client } from '@elastic/elasticsearch';\nexport const x = Client;\n",
  ],
  [
    'a processor knows no destination',
    'apps/processors/iot-enrich/src/x.ts',
    "import { Client } from '@elastic/elasticsearch';\nexport const x = Client;\n",
  ],
  ['a library knows no database', 'libs/sink/src/x.ts', "import pg from 'pg';\nexport const x = pg;\n"],
  [
    'a connector does not import the client of another one',
    'libs/connectors/elasticsearch/src/x.ts',
    "import { Client } from '@opensearch-project/opensearch';\nexport const x = Client;\n",
  ],
  [
    'an app imports no client of its destination',
    'apps/sinks/gcs/src/x.ts',
    "import { Storage } from '@google-cloud/storage';\nexport const x = Storage;\n",
  ],
  [
    'a processor uses no connector',
    'apps/processors/iot-enrich/src/x.ts',
    "import { elasticsearchSink } from '@sluice/connector-elasticsearch';\nexport const x = elasticsearchSink;\n",
  ],
  [
    'a sink uses no connector of another destination',
    'apps/sinks/gcs/src/x.ts',
    "import { elasticsearchSink } from '@sluice/connector-elasticsearch';\nexport const x = elasticsearchSink;\n",
  ],
  [
    'a library uses no connector',
    'libs/sink/src/x.ts',
    "import { elasticsearchSink } from '@sluice/connector-elasticsearch';\nexport const x = elasticsearchSink;\n",
  ],
  [
    'apps never import apps',
    'apps/sources/host-metrics/src/x.ts',
    "import { iotEnrich } from '@sluice/iot-enrich';\nexport const x = iotEnrich;\n",
  ],
  [
    'apps never import apps by a path',
    'apps/sources/host-metrics/src/x.ts',
    "import { appSettings } from '../../../sinks/elasticsearch/src/config.ts';\nexport const x = appSettings;\n",
  ],
  [
    'production code imports no test kit',
    'libs/sink/src/x.ts',
    "import { eventually } from '@sluice/testkit';\nexport const x = eventually;\n",
  ],
  [
    "production code imports no other package's test support",
    'apps/sinks/stdout/src/x.ts',
    "import { uniqueName } from '@sluice/kafka/testing';\nexport const x = uniqueName;\n",
  ],
  [
    'production code imports no test support of its own package',
    'libs/sink/src/x.ts',
    "import { testSinkRig } from './testing/test-rig.ts';\nexport const x = testSinkRig;\n",
  ],
  [
    'production code imports no test runner',
    'libs/sink/src/x.ts',
    "import { expect } from 'vitest';\nexport const x = expect;\n",
  ],
])('%s', async (_, file, code) => {
  expect(await boundaryErrors(file, code)).not.toEqual([]);
});

test.each([
  [
    'a sink uses the sink runtime',
    'apps/sinks/stdout/src/x.ts',
    "import { runSink } from '@sluice/sink';\nexport const x = runSink;\n",
  ],
  [
    'a processor uses the processor runtime',
    'apps/processors/iot-enrich/src/x.ts',
    "import { runProcessor } from '@sluice/processor';\nexport const x = runProcessor;\n",
  ],
  [
    'libs/kafka imports its client',
    'libs/kafka/src/x.ts',
    "import kafkajs from 'kafkajs';\nexport const x = kafkajs;\n",
  ],
  [
    'the Elasticsearch connector imports its client',
    'libs/connectors/elasticsearch/src/x.ts',
    "import { Client } from '@elastic/elasticsearch';\nexport const x = Client;\n",
  ],
  [
    'the Google connector imports its client',
    'libs/connectors/google/src/x.ts',
    "import { GoogleAuth } from 'google-auth-library';\nexport const x = GoogleAuth;\n",
  ],
  [
    'the OpenSearch connector imports its client',
    'libs/connectors/opensearch/src/x.ts',
    "import { Client } from '@opensearch-project/opensearch';\nexport const x = Client;\n",
  ],
  [
    'the PostgreSQL connector imports its client',
    'libs/connectors/postgres/src/x.ts',
    "import pg from 'pg';\nexport const x = pg;\n",
  ],
  [
    'the Elasticsearch app uses its connector',
    'apps/sinks/elasticsearch/src/x.ts',
    "import { elasticsearchSink } from '@sluice/connector-elasticsearch';\nexport const x = elasticsearchSink;\n",
  ],
  [
    'a spec uses the test kit',
    'libs/sink/src/x.int.spec.ts',
    "import { eventually } from '@sluice/testkit';\nexport const x = eventually;\n",
  ],
  [
    'test support uses that of other packages',
    'apps/sinks/stdout/src/testing/x.ts',
    "import { uniqueName } from '@sluice/kafka/testing';\nexport const x = uniqueName;\n",
  ],
])('%s, which is allowed', async (_, file, code) => {
  expect(await boundaryErrors(file, code)).toEqual([]);
});

test('only main.ts and libs/config read the environment', async () => {
  const [result] = await eslint().lintText('export const x = process.env["X"];\n', {
    filePath: resolve(root, 'libs/sink/src/x.ts'),
  });
  expect(result?.messages.map(({ ruleId }) => ruleId)).toContain('no-restricted-properties');
});
