import { expect, it } from 'vitest';
import { credentialsProblem } from './credentials-problem.ts';

it.each<[string, unknown, RegExp]>([
  [
    'no credentials',
    new Error(
      'Could not load the default credentials. Browse to https://cloud.google.com/docs/authentication/getting-started for more information.',
    ),
    /^there are no Google credentials here: attach a service account, set GOOGLE_APPLICATION_CREDENTIALS .* set GCS_ENDPOINT/,
  ],
  [
    'expired credentials',
    Object.assign(new Error('invalid_grant'), { code: '400', response: { status: 400 } }),
    /^Google refuses the credentials: make a new key/,
  ],
  ['anything else', new Error('connect ECONNREFUSED'), /^Google gives no access token \(connect ECONNREFUSED\)/],
])('%s are explained', (_, error, message) => {
  expect(credentialsProblem(error, 'GCS_ENDPOINT').message).toMatch(message);
});
