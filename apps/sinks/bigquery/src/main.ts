// bigquery: objects that the gcs sink has announced to BigQuery's tables, each row once.
// It reads no events and writes no objects; it deletes neither rows nor tables.
import { bigquerySink, loadsPart } from '@sluice/connector-google';
import { storedObject } from '@sluice/contracts';
import { chosenContracts, runCollectingSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 'bigquery',
    description: 'loads announced objects into BigQuery tables',
    settings: appSettings,
    rules: appRules,
    parts: [...sinkParts, loadsPart],
    run: async (config, context) =>
      runCollectingSink({
        sink: bigquerySink(config, await chosenContracts(config, context), context),
        contracts: [storedObject],
        config,
        context,
      }),
  },
  process.env,
);
