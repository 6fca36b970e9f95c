// stdout: Kafka topics to standard output, a line of JSON per event, for looking and for piping. Its log goes to standard error.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { chosenContracts, runSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { stdoutSettings } from './config.ts';
import { stdout } from './stdout.ts';

// The reader has seen enough (`| head`): nothing that was not printed is committed.
process.stdout.on('error', () => process.exit(0));

void runApp(
  {
    name: 'stdout',
    description: 'prints Kafka topics as lines of JSON',
    settings: stdoutSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: sinkParts,
    logTo: 'stderr',
    run: async (config, context) =>
      runSink({ sink: stdout(process.stdout), contracts: await chosenContracts(config, context), config, context }),
  },
  process.env,
);
