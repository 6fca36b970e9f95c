import { describe, expect, it } from 'vitest';
import { storageProblem } from './storage-problem.ts';

/** An answer's body as Google writes it. */
const answer = (status: number, message: string, reason = 'invalid') => ({
  status,
  body: Buffer.from(
    JSON.stringify({ error: { code: status, message, errors: [{ message, domain: 'global', reason }] } }),
  ),
});
const account = 'sink@acme.iam.gserviceaccount.com';

describe('what is said of an error', () => {
  it.each<[string, ReturnType<typeof answer>, RegExp]>([
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
      answer(
        409,
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      ),
      /^the bucket name acme-events belongs to somebody else: choose another GCS_BUCKET/,
    ],
    ['an impossible name', answer(400, "Invalid bucket name: 'acme-events'"), /cannot be the name of a bucket/],
    [
      'an impossible location',
      answer(400, 'The specified location constraint is not valid.'),
      /^there is no such location.*GCS_LOCATION/,
    ],
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
  ])('%s', (_, error, sentence) => {
    const { message } = storageProblem(error, 'acme-events');
    expect(message).toMatch(sentence);
    expect(message).not.toContain('\n');
  });
});
