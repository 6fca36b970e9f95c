import { loadConfig } from '@sluice/config';
import { iotEvent, iotReading, type IotEvent, type IotReading } from '@sluice/contracts';
import { runProcessor } from '@sluice/processor';
import { processorConformance } from '@sluice/processor/testing';
import { serverAddresses } from '@sluice/testkit';
import { iotEnrichSettings } from './config.ts';
import { iotEnrich } from './iot-enrich.ts';

processorConformance<IotReading, IotEvent>({
  servers: serverAddresses(),
  create: () => ({
    from: iotReading,
    to: iotEvent,
    event: (n, time) => ({
      uuid: `reading-${n}`,
      device_ts: String(Date.now()),
      device_id: 'device-7',
      device_temp: '-3.5',
      track_id: String(n),
      activity_type: '1',
      received: time,
    }),
    stands: () => 1,
    run(topics, environment, context) {
      const config = loadConfig('iot-enrich', iotEnrichSettings, environment);
      return runProcessor({ processor: iotEnrich, ...topics, config, context });
    },
  }),
});
