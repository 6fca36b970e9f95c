import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';
import { createCodec } from '@sluice/schema-registry';
import { seededRandom } from '@sluice/random';
import { createLogger } from '@sluice/telemetry';
import { launchStack, tailCampaign } from '@sluice/testkit';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const tail: Scenario = {
  sentence:
    'Player logs are renamed, copied and truncated, compressed, deleted and replaced while video-events is killed: each line is one event or one dead letter.',
  run,
};
export default tail;

const usualRounds = 400;

async function run({ say, folder, signal, rounds = usualRounds, seed }: ScenarioContext): Promise<ScenarioResult> {
  say(`seed ${seed}, ${rounds} rounds; starting Kafka and the registry`);
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry'], quiet: true });
  try {
    const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, stack.environment);
    const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
    const kafka = await connectKafka({ config, clientId: 'scenario', logger, signal });
    try {
      const campaign = await tailCampaign({
        kafka,
        codec: createCodec({ url: config.SCHEMA_REGISTRY_URL }),
        environment: stack.environment,
        folder,
        run: `scenario-${seed}`,
        rounds,
        random: seededRandom(seed).next,
        signal,
        say,
      });
      const { promised, bad, lost, twice, sharedIds, atRisk, atRiskArrived, kills, done } = campaign;
      const none = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
      return {
        counted: [
          ['seed', String(seed)],
          ...Object.entries(done).map(([what, times]) => [`rounds: ${what}`, times] as const),
          ['kill -9 of the source', kills],
          ['lines', promised],
          ['bad lines', bad],
          ['lost', lost.length],
          ['twice', twice.length],
          ['lines between copying and truncating, which may be lost', atRisk],
          ['  of them lost', atRisk - atRiskArrived],
        ],
        shortfalls: [
          ...none(lost.length, `lines are lost, such as ${lost[0] ?? ''}`),
          ...none(twice.length, `lines arrived more than once, such as ${twice[0] ?? ''}`),
          ...none(sharedIds, 'event ids of several events'),
        ],
      };
    } finally {
      await kafka.disconnect();
    }
  } finally {
    await stack.stop();
  }
}
