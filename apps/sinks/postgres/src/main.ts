// postgres: Kafka topics to tables in PostgreSQL, each event once: its row and the position behind it are one transaction.
// It neither deletes nor changes rows or columns.
import { postgresSink } from '@sluice/connector-postgres';
import { chosenContracts, runSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 'postgres',
    description: 'delivers Kafka topics to tables in PostgreSQL',
    settings: appSettings,
    rules: appRules,
    parts: sinkParts,
    async run(config, context) {
      const contracts = await chosenContracts(config, context);
      const group = config.SINK_GROUP ?? context.app;
      return runSink({
        sink: postgresSink(config, contracts, { group, logger: context.logger }),
        contracts,
        config,
        context,
      });
    },
  },
  process.env,
);
