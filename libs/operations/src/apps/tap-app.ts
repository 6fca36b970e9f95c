import { describeError } from '@sluice/telemetry';
import { OperationRefused } from '../operation-refused.ts';

export interface TapOptions {
  /** As `appAddresses` gives it. */
  url: string;
  /** At most so many records a second; the others are counted. */
  perSecond: number;
  signal: AbortSignal;
}

/**
 * Watches what an app does with single records, until the signal is aborted or the app ends.
 *
 * @returns one line of JSON for each record: place, id, `read`, `sent`, `verdict`, `reason`, `attempt`, and `passed`, how many records
 * there were since the line before
 * @throws OperationRefused when the app does not answer, or does not allow it
 */
export async function* tapApp({ url, perSecond, signal }: TapOptions): AsyncGenerator<string, void, void> {
  const response = await fetch(`${url}/tap?per-second=${perSecond}`, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new OperationRefused(`The app at ${url} does not answer: ${describeError(error)}`);
  });
  if (response.status === 403)
    throw new OperationRefused(
      `The app at ${url} shows no records: start it with TELEMETRY_TAP=true, on an address that only you can reach`,
    );
  if (!response.ok || response.body === null)
    throw new OperationRefused(`The program at ${url} has no /tap: it answers with status ${response.status}`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
