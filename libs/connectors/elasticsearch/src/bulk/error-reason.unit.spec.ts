import { describe, expect, it } from 'vitest';
import { errorReason as reasonOf } from '@sluice/document-sink';
import { remedy } from '../client/cluster-problem.ts';

const errorReason = (status: number, error: Parameters<typeof reasonOf>[1]) => reasonOf(status, error, remedy);

/** As Elasticsearch 9.4.3 answered them; SECRET stands in each for what was in the document. */
const quoting: readonly (readonly [type: string, reason: string])[] = [
  [
    'document_parsing_exception',
    "[1:6] failed to parse field [n] of type [long] in document with id '21ii'. Preview of field's value: 'SECRET'",
  ],
  [
    'document_parsing_exception',
    "[1:10] failed to parse field [n] of type [long] in document with id '21ii'. Preview of field's value: 'SE\nCRET'",
  ],
  [
    'document_parsing_exception',
    "[1:17] failed to parse field [n] of type [long] in document with id '3lii'. Preview of field's value: '{SECRET=1}'",
  ],
  [
    'document_parsing_exception',
    "[1:7] [1:7] Unrecognized token 'SECRET': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (byte[])\"SECRET\"; line: 1, column: 7]",
  ],
  [
    'document_parsing_exception',
    '[1:2] failed to parse: [1:11] Duplicate field \'n\'\n at [Source: (byte[])"{"n":"SECRET","n":2}"; line: 1, column: 11]',
  ],
  ['document_parsing_exception', "[1:2] failed to parse: field name cannot contain only whitespace: ['a.b..SECRET']"],
  [
    'strict_dynamic_mapping_exception',
    '[1:22] mapping set to strict, dynamic introduction of [SECRET] within [_doc] is not allowed',
  ],
  ['illegal_argument_exception', 'For input string: "SECRET"'],
  ['illegal_argument_exception', 'failed to parse date field [SECRET] with format [strict_date_optional_time]'],
  ['parse_exception', 'unsupported symbol [S] in geohash [SECRET]'],
  [
    'unavailable_shards_exception',
    '[events-1][0] primary shard is not active Timeout: [1s], request: [BulkShardRequest [[events-1][0]] containing [index {[events-1][a], source[{"n":1,"s":"SECRET"}]}]]',
  ],
  [
    'unavailable_shards_exception',
    '[events-1][0] Not enough active copies to meet shard count of [2] (have 1, needed 2). Timeout: [1s], request: [BulkShardRequest [[events-1][0]] containing [index {[events-1][a], source[{"n":1,"s":"SECRET"}]}]]',
  ],
  ['version_conflict_engine_exception', '[SECRET]: version conflict, document already exists (current version [1])'],
  [
    'action_request_validation_exception',
    'Validation Failed: 1: id [SECRET] is too long, must be no longer than 512 bytes but was: 600;',
  ],
];

describe('errorReason', () => {
  it.each(quoting)('tells nothing that %s quotes from a document: %s', (type, reason) => {
    const told = errorReason(400, { type, reason });
    expect(told).toContain(`${type} (400)`);
    expect(told).not.toMatch(/SE|CRET/);
  });

  it.each([
    ['any reason at all', 'SECRET'],
    [
      'a value that looks like the beginning of a known reason',
      "'SECRET': [1:6] failed to parse field [SECRET] of type [x]",
    ],
    ['a field that is no name of the contract', '[1:6] failed to parse field [SECRET!] of type [long]'],
    ['a type that is none', '[1:6] failed to parse field [n] of type [SECRET]'],
  ])('tells nothing of %s', (_, reason) => {
    expect(errorReason(400, { type: 'some_exception', reason })).toBe('some_exception (400)');
  });

  it('names field and type where a value does not fit', () => {
    expect(
      errorReason(400, {
        type: 'document_parsing_exception',
        reason: "[1:11] failed to parse field [cpu.cores.x_total] of type [long] in document with id '1'. Preview of",
      }),
    ).toBe('document_parsing_exception (400): the field cpu.cores.x_total is of type long and does not take the value');
    expect(
      errorReason(400, {
        type: 'document_parsing_exception',
        reason: '[1:6] object mapping for [o] tried to parse field [o] as object, but found a concrete value',
      }),
    ).toBe('document_parsing_exception (400): the field o is an object and does not take the value');
  });

  it.each([
    [
      429,
      'cluster_block_exception',
      'index [events-1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block; for more information, see https://example.org];',
      'cluster_block_exception (429): blocked by TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block',
    ],
    [
      403,
      'cluster_block_exception',
      'blocked by: [FORBIDDEN/6/cluster read-only (api)];',
      'cluster_block_exception (403): blocked by FORBIDDEN/6/cluster read-only (api)',
    ],
    [
      400,
      'validation_exception',
      'Validation Failed: 1: this action would add [2] shards, but this cluster currently has [22]/[1] maximum normal shards open; for more information, see https://example.org;',
      'validation_exception (400): the cluster has 22 shards and may have 1',
    ],
    [
      503,
      'unavailable_shards_exception',
      '[events-2026-01-01-00][0] primary shard is not active Timeout: [1s], request: [BulkShardRequest',
      'unavailable_shards_exception (503): events-2026-01-01-00: primary shard is not active',
    ],
    [
      404,
      'index_not_found_exception',
      'no such index [events-1] and [action.auto_create_index] is [false]',
      'index_not_found_exception (404): there is no index events-1',
    ],
    [
      403,
      'security_exception',
      'action [indices:data/write/bulk[s]] is unauthorized for API key id [Ygum] of user [admin] on indices [events-1], this action is granted by the index privileges [create_doc]',
      'security_exception (403): the credentials do not allow indices:data/write/bulk[s]; grant create_doc on the topic and its indices to the role of ELASTICSEARCH_API_KEY or ELASTICSEARCH_USERNAME',
    ],
    [
      401,
      'security_exception',
      'unable to authenticate with provided credentials and anonymous access is not allowed for this request',
      'security_exception (401): the credentials are not accepted; check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD',
    ],
    [
      400,
      'illegal_argument_exception',
      'pipeline with id [nope] does not exist',
      'illegal_argument_exception (400): pipeline with id [nope] does not exist',
    ],
  ])('says what the operator can mend: %i %s', (status, type, reason, told) => {
    expect(errorReason(status, { type, reason })).toBe(told);
  });

  it('makes do with an answer that has no type, or one that is no name', () => {
    expect(errorReason(502, undefined)).toBe('unknown error (502)');
    expect(errorReason(500, { type: 'it said "SECRET"', reason: 'SECRET' })).toBe('unknown error (500)');
  });
});
