import { describe, expect, it } from 'vitest';
import { failureOf, type FailureKind } from './job-outcome.ts';

describe('a failed job', () => {
  it.each<[FailureKind, string, string]>([
    ['again', 'backendError', 'Error encountered during execution. Retrying may solve the problem.'],
    ['again', 'internalError', 'An internal error occurred and the request could not be completed.'],
    ['again', 'quotaExceeded', 'Quota exceeded: Your table exceeded quota for imports or query appends per table.'],
    ['again', 'rateLimitExceeded', 'Exceeded rate limits: too many table update operations for this table.'],
    ['again', 'stopped', 'Job execution was cancelled: User requested cancellation'],
    ['again', 'accessDenied', 'Access Denied: File gs://b/o: Access Denied'],
    ['again', 'invalid', 'Cannot read and write in different locations: source: EU, destination: US'],
    ['again', 'neverHeardOf', 'What is this'],
    ['rows', 'invalid', 'Error while reading data, error message: JSON table encountered too many errors, giving up.'],
    ['rows', 'invalid', 'Error while reading data, error message: JSON parsing error in row starting at position 0'],
    ['rows', 'dontRetry', "Internal error: OverflowError('date value out of range')"],
    ['rows', 'resourcesExceeded', 'Resources exceeded during query execution'],
    ['columns', 'invalid', 'Provided Schema does not match Table p:d.t. Cannot add fields (field: added)'],
    [
      'columns',
      'invalid',
      'Provided Schema does not match Table p:d.t. Field n has changed type from INTEGER to STRING',
    ],
    ['columns', 'invalid', 'Error while reading data, error message: JSON parsing error: No such field: added.'],
    ['table', 'notFound', 'Not found: Table p:d.t was not found in location US'],
    ['table', 'notFound', 'Not found: Dataset p:d'],
    ['object', 'notFound', 'Not found: URI gs://bucket/tweets/0.json.gz'],
    ['object', 'notFound', 'Not found: Files /bigstore/bucket/tweets/0.json.gz'],
  ])('asks for %s: %s, %s', (kind, reason, message) => expect(failureOf({ reason, message }).kind).toBe(kind));

  it('is read from all its errors, for the first is a summary', () => {
    const summary = {
      reason: 'invalid',
      message: 'Error while reading data, error message: JSON table encountered too many errors',
    };
    expect(failureOf(summary, [summary, { reason: 'invalid', message: 'No such field: added.' }]).kind).toBe('columns');
  });

  it('is told without the values that the service quotes', () => {
    const message = 'Could not convert value to integer. Field: n; Value: secret stuff (more)';
    expect(failureOf({ reason: 'invalid', message }).reason).not.toContain('secret');
    expect(failureOf({ reason: 'invalid', message: "Could not parse 'secret' as INT64 for field n" }).reason).toBe(
      "Could not parse '…' as INT64 for field n (invalid)",
    );
  });

  it('says where to look when a right is missing', () => {
    expect(failureOf({ reason: 'accessDenied', message: 'Access Denied: File gs://b/o' }).reason).toMatch(
      /see "Roles"/,
    );
  });
});
