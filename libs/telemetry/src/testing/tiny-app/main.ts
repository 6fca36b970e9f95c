import { once } from 'node:events';
import { settings } from '@sluice/config';
import { FatalError } from '../../errors/fatal-error.ts';
import { retryForever } from '../../retry-forever.ts';
import { runApp } from '../../run-app.ts';

const lastWork = 'TINY_LAST_WORK_MS has no signal to wait for when TINY_END is now';

// The app that the tests of `runApp` start as a process.
await runApp(
  {
    name: 'tiny',
    description: 'Waits to be stopped, or fails.',
    settings: {
      TINY_END: settings.choice(['signal', 'now', 'error', 'sentence', 'rejection', 'outage'], {
        description: 'How it ends',
        default: 'signal',
      }),
      TINY_LAST_WORK_MS: settings.integer({ description: 'How long it works on after the signal', default: '0' }),
      TINY_PASSWORD: settings.text({ description: 'The password', example: 'sesame', secret: true }),
    },
    rules: [({ TINY_END, TINY_LAST_WORK_MS }) => (TINY_END === 'now' && TINY_LAST_WORK_MS > 0 ? lastWork : undefined)],
    parts: ['water', 'wine'],
    async run({ TINY_END, TINY_LAST_WORK_MS }, { logger, health, signal }) {
      health.ready('water');
      if (TINY_END === 'now') return;
      if (TINY_END === 'error') throw new Error('the barrel is empty', { cause: new Error('somebody drank it') });
      if (TINY_END === 'sentence') throw new FatalError('the cellar is locked: ask for the key');
      if (TINY_END === 'rejection') void Promise.reject(new Error('the cork is gone'));
      if (TINY_END === 'outage')
        await retryForever({ what: 'the wine', signal, logger, health, longestDelayMs: 1 }, async (tries) => {
          if (tries < 20) throw new Error(`the barrel is locked, try ${tries}`);
        });
      if (TINY_END === 'outage') return health.ready('wine');
      logger.info('running');
      // A signal alone keeps no process alive.
      const alive = setInterval(() => {}, 1000);
      await once(signal, 'abort');
      await new Promise((resolve) => setTimeout(resolve, TINY_LAST_WORK_MS));
      clearInterval(alive);
    },
  },
  process.env,
);
