import { describeError } from '@sluice/telemetry';
import { ApiRequestError, ApiResponseError } from 'twitter-api-v2';
import { objectOf, objectsOf, textOf } from '../tweet/json-fields.ts';
import type { FailureKind } from './backoff.ts';

/** Why a request to X failed, in one sentence, and what to do about it. */
export interface XError {
  kind: FailureKind;
  sentence: string;
  /** Asking again will not help: a token, a plan or a rule must be corrected. */
  refused: boolean;
  /** X refuses the token, whatever the request is for. */
  unauthorized: boolean;
  /** Where X says when its limit is lifted: the moment in milliseconds, by X's clock. */
  resetMs?: number;
  /** The time of the answer by X's clock, as its header says. */
  date?: string;
}

/** Reads an error of the client. @param what what was asked for: `the stream of tweets` */
export function xError(error: unknown, what: string): XError {
  if (!(error instanceof ApiResponseError)) {
    return {
      kind: 'network',
      refused: false,
      unauthorized: false,
      sentence: `X cannot be reached for ${what}: ${describeError(causeOf(error))}`,
    };
  }
  const { code } = error;
  const said = detailOf(error.data);
  const date = textOf(objectOf(error.headers)['date']);
  const common = { unauthorized: code === 401, ...(date !== null && { date }) };
  if (code === 429) {
    const { remaining, reset } = error.rateLimit ?? {};
    // A full connection limit answers 429, too, and has nothing to do with the window.
    const resetMs = remaining === 0 && reset !== undefined && reset > 0 ? reset * 1000 : undefined;
    const sentence = `X wants fewer requests for ${what} (429): ${said}`;
    return { ...common, kind: 'rate-limit', refused: false, sentence, ...(resetMs !== undefined && { resetMs }) };
  }
  const refused = code === 400 || code === 401 || code === 402 || code === 403 || code === 404;
  return { ...common, kind: 'http', refused, sentence: `X refuses ${what} (${code}): ${said}${adviceFor(code)}` };
}

/** Why a request failed. The client keeps it where its own `requestError` does not look. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof ApiRequestError)) return error;
  const options: unknown = Object.getOwnPropertyDescriptor(error, '_options')?.value;
  return objectOf(options)['error'] ?? error;
}

function detailOf(data: unknown): string {
  const body = objectOf(data);
  const details = objectsOf(body['errors']).flatMap((one) => [
    ...(Array.isArray(one['details']) ? one['details'].map(String) : []),
    textOf(one['detail']) ?? textOf(one['message']) ?? '',
  ]);
  const said = [textOf(body['detail']) ?? textOf(body['title']) ?? '', ...details].filter((text) => text !== '');
  return (said.length > 0 ? said.join('; ') : 'it gives no reason').slice(0, 500);
}

function adviceFor(code: number): string {
  switch (code) {
    case 401:
      return '. Set X_BEARER_TOKEN to the bearer token of your X app: under Keys and tokens in the developer portal';
    case 403:
      return '. The app must belong to a project whose plan has the filtered stream: see the developer portal, or leave X_BEARER_TOKEN unset to use the simulator';
    default:
      return '';
  }
}
