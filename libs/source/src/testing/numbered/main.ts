import { settings } from '@sluice/config';
import { runApp } from '@sluice/telemetry';
import { testContract } from '@sluice/testkit';
import { runSource, sourceParts, sourceSettings } from '../../index.ts';
import { event } from '../test-event.ts';

// The source that tests start as a process and kill: events e-0, e-1 … up to a count, of which every seventh is refused as line-….
await runApp(
  {
    name: 'numbered',
    description: 'Publishes numbered events.',
    settings: {
      NUMBERED_TOPIC: settings.text({ description: 'Where they go' }),
      NUMBERED_COUNT: settings.integer({ description: 'How many' }),
      ...sourceSettings,
    },
    parts: sourceParts,
    run: (config, context) =>
      runSource({
        contract: testContract(config.NUMBERED_TOPIC),
        config,
        context: { ...context, app: config.NUMBERED_TOPIC },
        cursors: true,
        source: {
          async *read({ cursor, signal }) {
            for (let n = Number(cursor ?? 0); n < config.NUMBERED_COUNT && !signal.aborted; n++) {
              const next = String(n + 1);
              if (n % 7 === 6)
                yield { refused: { bytes: Buffer.from(`line-${n}`), reason: 'is not an event' }, cursor: next };
              else yield { value: event(`e-${n}`), cursor: next };
              if (n % 20 === 0) await new Promise(setImmediate);
            }
          },
        },
      }),
  },
  process.env,
);
