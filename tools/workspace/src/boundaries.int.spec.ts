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
    'libs/schemas/src/x.ts',
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
  [
    'apps never import apps',
    'apps/sources/host-metrics/src/x.ts',
    "import * as app from '@sluice/elasticsearch';\nexport const x = app;\n",
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
    'the Elasticsearch sink imports its client',
    'apps/sinks/elasticsearch/src/x.ts',
    "import { Client } from '@elastic/elasticsearch';\nexport const x = Client;\n",
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
