import { describe, expect, it } from 'vitest';
import { storageProblem } from './storage-problem.ts';

/** An answer's body as Google writes it. */
const answer = (code: number, message: string, reason = 'invalid') => ({
  error: { code, message, errors: [{ message, domain: 'global', reason }] },
});
const account = 'sink@acme.iam.gserviceaccount.com';

describe('what is said of an error', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'no credentials',
      new Error(
        'Could not load the default credentials. Browse to https://cloud.google.com/docs/authentication/getting-started for more information.',
      ),
      /^there are no Google credentials here: attach a service account, set GOOGLE_APPLICATION_CREDENTIALS .* set GCS_ENDPOINT/,
    ],
    [
      'credentials that are no longer good',
      Object.assign(new Error('invalid_grant'), { code: '400', response: { status: 400 } }),
      /^Google refuses the credentials: make a new key/,
    ],
    ['a refused token', answer(401, 'Invalid Credentials', 'authError'), /^Google refuses the credentials/],
    [
      'a missing right to create objects',
      answer(
        403,
        `${account} does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).`,
        'forbidden',
      ),
      /^the credentials lack storage\.objects\.create for bucket acme-events: grant roles\/storage\.objectCreator; if the bucket is not yours, choose another GCS_BUCKET/,
    ],
    [
      'a missing right to create buckets',
      answer(
        403,
        `${account} does not have storage.buckets.create access to the Google Cloud project. Permission 'storage.buckets.create' denied on resource (or it may not exist).`,
        'forbidden',
      ),
      /grant roles\/storage\.admin, or create the bucket by hand/,
    ],
    [
      'a project that nobody pays for',
      answer(403, 'The billing account for the owning project is disabled in state absent', 'accountDisabled'),
      /^the project of bucket acme-events has no billing account that pays/,
    ],
    [
      'an API that is not enabled',
      answer(
        403,
        'Cloud Storage JSON API has not been used in project 123 before or it is disabled.',
        'accessNotConfigured',
      ),
      /enable storage\.googleapis\.com/,
    ],
    [
      'a bucket that is gone',
      answer(404, 'The specified bucket does not exist.', 'notFound'),
      /^the bucket acme-events does not exist: create it/,
    ],
    [
      'a bucket name of somebody else',
      Object.assign(
        new Error(
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        ),
        { code: 409 },
      ),
      /^the bucket name acme-events belongs to somebody else: choose another GCS_BUCKET/,
    ],
    ['an impossible name', answer(400, "Invalid bucket name: 'acme-events'"), /cannot be the name of a bucket/],
    [
      'an impossible location',
      answer(400, 'The specified location constraint is not valid.'),
      /^there is no such location.*GCS_LOCATION/,
    ],
    ['no project', new Error('Unable to detect a Project Id in the current environment.'), /set GCS_PROJECT/],
    [
      'damage on the way',
      answer(400, 'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "yZRlqg==".'),
      /^the object was damaged on its way/,
    ],
    [
      'a busy service',
      answer(503, 'Backend Error', 'backendError'),
      /^Cloud Storage answers 503 for bucket acme-events: Backend Error$/,
    ],
    [
      'no connection',
      Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      }),
      /^fetch failed: connect ECONNREFUSED/,
    ],
  ])('%s', (_, error, sentence) => {
    const { message } = storageProblem(error, 'acme-events');
    expect(message).toMatch(sentence);
    expect(message).not.toContain('\n');
  });
});
