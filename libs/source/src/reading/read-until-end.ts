import { backoffMs, FatalError, describeError, pause, type AppContext } from '@sluice/telemetry';
import type { Source, SourceItem } from '../source.ts';
import { chunks } from './chunks.ts';
import { cutAtCursors } from './cut-at-cursors.ts';

interface Reading<T, S> {
  source: Source<T, S>;
  /** Whether its items carry cursors. */
  cursors: boolean;
  /** The newest stored cursor. */
  cursor: () => string | undefined;
  limits: { maxItems: number; waitMs: number };
  deliver: (items: readonly SourceItem<T, S>[]) => Promise<void>;
  /** Aborted when what has been read is not sent any more. */
  abandoned: AbortSignal;
  context: AppContext;
}

/**
 * Reads a source, chunk by chunk, until it has nothing more or the signal is aborted. When it throws, reads it again from the newest
 * cursor, after a growing pause.
 *
 * @throws FatalError
 */
export async function readUntilEnd<T, S>(reading: Reading<T, S>): Promise<void> {
  const { context, abandoned } = reading;
  const { signal, health, logger } = context;
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      health.ready('origin');
      for await (const _ of deliveredChunks(reading)) tries = 1;
      if (!signal.aborted) logger.info('the source has nothing more to read');
      return;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      if (signal.aborted || abandoned.aborted) return;
      const reason = describeError(error);
      health.notReady('origin', reason);
      logger.warn({ reason }, 'the source broke off; reading again');
      await pause(backoffMs(tries), signal);
    }
  }
}

/** Reads the source once. Yields after each chunk that is delivered. */
async function* deliveredChunks<T, S>(reading: Reading<T, S>): AsyncGenerator<void> {
  const { source, cursors, cursor, limits, deliver, context } = reading;
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const items = source.read({ signal, cursor: cursor() });
  const groups = chunks(items, { ...limits, isUrgent: ({ flush }) => flush === true });
  for await (const group of cursors ? cutAtCursors(groups, context.signal) : groups) {
    try {
      await deliver(group);
    } catch (error) {
      // The loop waits until the source has ended, which may yield nothing for hours.
      ended.abort();
      throw error;
    }
    yield;
  }
}
