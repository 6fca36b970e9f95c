// event-rates: how many events each topic has in a minute, and averages of what they measure: to the Kafka topic `event-rates`.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { processorParts, runCollectingProcessor, topicOutput } from '@sluice/processor';
import { contracts, eventRate } from '@sluice/contracts';
import { runApp } from '@sluice/telemetry';
import { eventRatesSettings } from './config.ts';
import { eventRates } from './event-rates.ts';

void runApp(
  {
    name: 'event-rates',
    description: 'counts the events of each minute, from Kafka to Kafka',
    settings: eventRatesSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: processorParts,
    run(config, context) {
      const sink = eventRates(topicOutput(eventRate, config, context), config.EVENT_RATES_LATENESS_MS);
      const counted = contracts.filter(({ topic }) => config.PROCESSOR_TOPICS.includes(topic));
      return runCollectingProcessor({ sink, contracts: counted, config, context });
    },
  },
  process.env,
);
