import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface GuardOptions {
  /** The names under which a browser may reach this server, without ports. */
  names: ReadonlySet<string>;
  token: string | undefined;
  canWrite: boolean;
}

const cookieName = 'sluice';

/**
 * Refuses what a page of another site may try through this person's browser. A name that is not ours is refused, since its owner may point
 * it at this machine at any time (DNS rebinding). With a token, every request must carry it. Requests that change something must come from
 * this page, and are refused where the dashboard only reads.
 */
export function addGuards(server: FastifyInstance, { names, token, canWrite }: GuardOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    const host = hostname(request.headers.host ?? '');
    if (host === undefined || !names.has(host))
      return refuse(reply, 421, `This server is not called ${host ?? 'so'}. DASHBOARD_NAMES lists further names.`);
    void reply.headers(protections);
    if (token !== undefined) {
      const login = authorize(request, reply, token);
      if (login !== undefined) return login;
    }
    if (['GET', 'HEAD'].includes(request.method)) return undefined;
    const { origin } = request.headers;
    // Browsers send it with everything that is not a plain GET.
    if (origin !== undefined && URL.parse(origin)?.host !== request.headers.host)
      return refuse(reply, 403, 'Only the page of this server may ask for changes.');
    if (!canWrite)
      return refuse(reply, 403, 'The dashboard only reads. DASHBOARD_WRITE=true lets it start audits and replays.');
    return undefined;
  });
}

const protections = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

function authorize(request: FastifyRequest, reply: FastifyReply, token: string): FastifyReply | undefined {
  const shown = URL.parse(request.url, 'http://page')?.searchParams.get('token') ?? undefined;
  if (shown !== undefined && isSame(shown, token)) {
    const path = request.url.split('?')[0] ?? '/';
    // The token leaves the address bar, and with it the history.
    return reply
      .header('set-cookie', `${cookieName}=${fingerprint(token)}; HttpOnly; SameSite=Strict; Path=/`)
      .redirect(/^\/(?![/\\])/.test(path) ? path : '/', 303);
  }
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined && isSame(bearer, token)) return undefined;
  const cookie = new RegExp(`(?:^|; )${cookieName}=([0-9a-f]+)`).exec(request.headers.cookie ?? '')?.[1];
  if (cookie !== undefined && isSame(cookie, fingerprint(token))) return undefined;
  return refuse(reply, 401, 'Open the page once as /?token=…, with the token of DASHBOARD_TOKEN.');
}

const fingerprint = (token: string): string => createHash('sha256').update(`sluice dashboard ${token}`).digest('hex');

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

const refuse = (reply: FastifyReply, status: number, reason: string): FastifyReply =>
  reply.code(status).type('application/json').send({ reason });

/** The name of a Host header, without its port. */
function hostname(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?$/i.exec(host)?.[1]?.toLowerCase();
}
