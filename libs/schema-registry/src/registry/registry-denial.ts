/** How to reach the registry without its client. */
export interface RegistryAccess {
  readonly url: string;
  readonly auth: { username: string; password: string } | undefined;
  readonly requestTimeoutMs: number;
}

/** The HTTP status of an error of the registry's client; undefined if it has none. */
export const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;

/** The error codes of the registry for a subject, a version and a schema that it does not have. */
const notFound: readonly unknown[] = [40401, 40402, 40403];

/**
 * Whether a 404 is the registry's own answer. A wrong path, or a proxy in front of a registry that is down, answers 404 too, and that is an
 * outage. The client drops the body, so this asks again:
 * https://docs.confluent.io/platform/current/schema-registry/develop/api.html#errors
 */
export async function isDenied(path: string, { url, auth, requestTimeoutMs }: RegistryAccess): Promise<boolean> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  let body: unknown;
  try {
    const response = await fetch(url + path, {
      ...(credentials !== undefined && { headers: { authorization: `Basic ${credentials}` } }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    body = parsed(await response.text());
  } catch (cause) {
    throw new Error(`${url}${path} cannot be reached`, { cause });
  }
  return typeof body === 'object' && body !== null && 'error_code' in body && notFound.includes(body.error_code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
