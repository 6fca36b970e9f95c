/** An answer that is not the stream. */
export interface Answer {
  status: number;
  body: unknown;
}

const problem = (name: string): string => `https://api.twitter.com/2/problems/${name}`;

/** X's error bodies, as it sends them. */
export const answers = {
  unauthorized: {
    status: 401,
    body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
  },
  forbidden: {
    status: 403,
    body: {
      title: 'Client Forbidden',
      detail:
        'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.',
      required_enrollment: 'Appropriate Level of API Access',
      reason: 'client-not-enrolled',
      registration_url: 'https://developer.x.com/en/docs/projects/overview',
      type: problem('client-forbidden'),
    },
  },
  tooManyRequests: {
    status: 429,
    body: { title: 'Too Many Requests', type: 'about:blank', status: 429, detail: 'Too Many Requests' },
  },
  tooManyConnections: {
    status: 429,
    body: {
      title: 'ConnectionException',
      detail: 'This stream is currently at the maximum allowed connection limit.',
      connection_issue: 'TooManyConnections',
      type: problem('streaming-connection'),
    },
  },
  unavailable: {
    status: 503,
    body: { title: 'Service Unavailable', detail: 'Service Unavailable', type: 'about:blank', status: 503 },
  },
  notFound: { status: 404, body: { title: 'Not Found', type: 'about:blank', status: 404, detail: 'Not Found' } },
} satisfies Record<string, Answer>;

/** A parameter that is wrong. */
export const invalidRequest = (parameter: string, message: string): Answer => ({
  status: 400,
  body: {
    errors: [{ parameters: { [parameter]: [] }, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: problem('invalid-request'),
  },
});

/** The line that X sends before it ends a stream. */
export const operationalDisconnect = {
  errors: [
    {
      title: 'operational-disconnect',
      disconnect_type: 'UpstreamOperationalDisconnect',
      detail: 'This stream has been disconnected upstream for operational reasons.',
      type: problem('operational-disconnect'),
    },
  ],
};

/** Why a rule is refused. */
export const ruleError = (
  title: 'DuplicateRule' | 'UnprocessableEntity' | 'RulesCapExceeded',
  value: string,
  details: string[],
  id?: string,
) => ({
  value,
  ...(details.length > 0 && { details }),
  title,
  type: problem(
    title === 'DuplicateRule' ? 'duplicate-rules' : title === 'RulesCapExceeded' ? 'rule-cap' : 'invalid-rules',
  ),
  ...(id !== undefined && { id }),
});
