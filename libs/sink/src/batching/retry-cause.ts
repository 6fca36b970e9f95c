import type { RetryCause } from '../contract/sink.ts';

const unreachable =
  /^(ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|EPIPE|E(HOST|NET)UNREACH|UND_ERR_SOCKET|ConnectionError|NoLivingConnectionsError)$/;
const timeout = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w+_TIMEOUT|TimeoutError)$/;
const overloaded: ReadonlySet<unknown> = new Set([429, 503, '429', '503']);

/** The cause by an error's codes, which are those of Node, its HTTP client and the usual clients, or of an error that led to it. */
export function retryCause(error: unknown): RetryCause {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { code, name, status, statusCode, cause } = at as Readonly<Record<string, unknown>>;
    if (overloaded.has(status) || overloaded.has(statusCode) || overloaded.has(code)) return 'overloaded';
    for (const one of [code, name]) {
      if (typeof one !== 'string') continue;
      if (timeout.test(one)) return 'timeout';
      if (unreachable.test(one)) return 'unreachable';
    }
    at = cause;
  }
  return 'other';
}
