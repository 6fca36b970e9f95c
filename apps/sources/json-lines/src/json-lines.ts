import { contracts, type EventContract } from '@sluice/contracts';
import { decodeText, parseJson, UnreadableText } from '@sluice/external-text';
import { runSource, type Source } from '@sluice/source';
import { FatalError, type AppContext } from '@sluice/telemetry';
import type { JsonLinesConfig } from './config.ts';
import { eventOfJson } from './event-of-json.ts';
import { fileLines } from './file-lines.ts';

/** Publishes the lines of a file, until it is stopped. */
export function runJsonLines(config: JsonLinesConfig, context: AppContext): Promise<void> {
  const contract = contracts.find(({ topic }) => topic === config.JSON_LINES_TOPIC) as
    EventContract<object> | undefined;
  if (contract === undefined) throw new FatalError(`There is no event with the topic ${config.JSON_LINES_TOPIC}.`);
  return runSource({ source: jsonLines(config.JSON_LINES_FILE, contract), contract, config, context, cursors: true });
}

/**
 * The events of a file, one a line. The cursor is the byte after the line, so each is published once, however often the app is killed.
 * A line that is not an event of the contract is refused with its place; blank lines are skipped.
 */
const jsonLines = (path: string, contract: EventContract<object>): Source<object> => ({
  async *read({ signal, cursor = '0' }) {
    for await (const { bytes, offset, next } of fileLines(path, Number(cursor), signal)) {
      const step = { cursor: String(next) };
      try {
        const text = decodeText(bytes);
        if (text === '') continue;
        const { value, replaced } = parseJson(text, 'bigints');
        yield { ...step, value: eventOfJson(contract, value), replacedSurrogates: replaced };
      } catch (error) {
        if (!(error instanceof UnreadableText)) throw error;
        const reason = `the line cannot be read: ${error.message}`;
        yield { ...step, refused: { bytes, reason, origin: `${path}, byte ${offset}` } };
      }
    }
  },
});
