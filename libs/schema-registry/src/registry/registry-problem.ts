/** How the registry is reached. */
interface Reached {
  readonly url: string;
  readonly hasLogin: boolean;
}

/**
 * Replaces an error of the registry's client by one that names the problem, and the setting or right that resolves it. Returns any other
 * error as it is. The client reports a failed connection as an answer with status 400.
 */
export function registryProblem(error: unknown, reached: Reached): unknown {
  if (!(error instanceof Error)) return error;
  const sentence = isForeignAnswer(error)
    ? `the server at ${reached.url} does not answer as a schema registry: ${checkPath}`
    : 'status' in error && typeof error.status === 'number'
      ? answered(error.status, said(error.message), reached)
      : undefined;
  return sentence === undefined ? error : new Error(sentence);
}

/** A success without the expected body: from a web page, a proxy, or another service. */
const isForeignAnswer = (error: Error): boolean => error instanceof SyntaxError || error instanceof TypeError;

const checkPath = 'check the host and the path of SCHEMA_REGISTRY_URL, such as /apis/ccompat/v7';
const login = 'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD';

function answered(status: number, reason: string, { url, hasLogin }: Reached): string {
  const registry = `the schema registry at ${url}`;
  const because = reason === '' ? '' : ` (${reason})`;
  if (status === 401)
    return hasLogin
      ? `${registry} refuses the login (401): check ${login}`
      : `${registry} asks for a login (401): set ${login}`;
  if (status === 403)
    return `${registry} denies this user access (403)${because}: grant the right to read schemas, and to register those of the topics that it writes`;
  if (status === 404) return `there is no schema registry at ${url} (404)${because}: ${checkPath}`;
  if (/^Timeout \(/.test(reason)) return `${registry} does not answer: ${reason}`;
  if (/wrong.version.number|packet.length.too.long|record.layer.failure|before secure TLS/i.test(reason))
    return `${registry} does not answer TLS: let SCHEMA_REGISTRY_URL begin with http://, or name its TLS port`;
  if (/ALTNAME|does not match certificate/i.test(reason))
    return `the certificate of ${url} is for another host: set SCHEMA_REGISTRY_URL to a name that it has`;
  if (/certificate|self.?signed/i.test(reason))
    return `the certificate of ${url} is not trusted (${reason}): set NODE_EXTRA_CA_CERTS to the file of the authority that signed it`;
  if (/socket hang up|ECONNRESET|^Parse Error|plain HTTP request/i.test(reason) && url.startsWith('http:'))
    return `${registry} closed the connection: let SCHEMA_REGISTRY_URL begin with https:// if this port speaks TLS${because}`;
  if (/^(connect|read|write|getaddrinfo|socket) /.test(reason)) return `${registry} cannot be reached: ${reason}`;
  return `${registry} answers ${status}${because}`;
}

/** The registry's own words in the client's message; empty for a web page, or an object that the client could not print. */
function said(message: string): string {
  const reason = message
    .replace(/^sluice - (?:Error, status \d+(?:: )?)?/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return /^(<|\[object)/.test(reason) ? '' : reason.slice(0, 300);
}
