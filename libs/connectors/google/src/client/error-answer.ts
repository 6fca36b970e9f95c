import type { ServiceAnswer } from './google-service.ts';

/** An error answer in Google's form: https://cloud.google.com/bigquery/docs/error-messages */
interface ErrorBody {
  error?: { message?: string; errors?: readonly { reason?: string }[] };
}

/**
 * What an error answer says. Without Google's form it comes from something on the way, and has no message.
 *
 * @returns `reason`: `duplicate`, `accessDenied`, `rateLimitExceeded` and so on; empty where the answer names none
 */
export function errorDetails({ body }: Pick<ServiceAnswer, 'body'>): { message: string | undefined; reason: string } {
  const { error } = (parsed(body) ?? {}) as ErrorBody;
  return { message: oneLine(error?.message), reason: error?.errors?.[0]?.reason ?? '' };
}

/** @throws Error when the answer is not JSON */
export function jsonOf(body: Buffer): unknown {
  const json = body.length === 0 ? {} : parsed(body);
  if (json === undefined) throw new Error('the answer is not JSON');
  return json;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

const oneLine = (text: string | undefined): string | undefined => text?.replaceAll(/\s+/g, ' ').trim();
