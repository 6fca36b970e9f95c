import { describe, expect, it } from 'vitest';
import { bulkVerdict, type BulkItem } from '@sluice/document-sink';
import { remedy } from '../client/cluster-problem.ts';

const item = (status: number, type?: string, reason?: string): BulkItem => ({
  status,
  ...(type !== undefined && { error: { type, ...(reason !== undefined && { reason }) } }),
});

/** Items as Elasticsearch 9.4.3 answered them, with the reasons shortened where they do not matter. */
describe('bulkVerdict', () => {
  it('takes a document that was created as delivered', () => {
    expect(bulkVerdict(item(201), remedy)).toEqual({ status: 'delivered' });
  });

  it('leaves open whose document has an id that exists', () => {
    const reason = '[a]: version conflict, document already exists (current version [1])';
    expect(bulkVerdict(item(409, 'version_conflict_engine_exception', reason), remedy)).toBe('exists');
  });

  it.each([
    ['a full queue', item(429, 'es_rejected_execution_exception', 'rejected execution of primary operation [...]')],
    [
      'a full disk',
      item(429, 'cluster_block_exception', 'index [e-1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded];'),
    ],
    [
      'a missing shard',
      item(503, 'unavailable_shards_exception', '[e-1][0] primary shard is not active Timeout: [1s]'),
    ],
    ['a write block', item(403, 'cluster_block_exception', 'index [e-1] blocked by: [FORBIDDEN/8/index write (api)];')],
    ['missing rights', item(403, 'security_exception', 'action [indices:data/write/bulk[s]] is unauthorized for')],
    ['an index that may not be created', item(404, 'index_not_found_exception', 'no such index [e-1]')],
    [
      'as many shards as may be',
      item(400, 'validation_exception', 'Validation Failed: 1: this action would add [2] shards'),
    ],
    ['a closed index', item(400, 'index_closed_exception', 'closed')],
    ['a missing pipeline', item(400, 'illegal_argument_exception', 'pipeline with id [nope] does not exist')],
    ['a fault of the server', item(500, 'null_pointer_exception', 'Cannot invoke')],
    [
      'a conflict that is not about the id',
      item(409, 'index_primary_shard_not_allocated_exception', 'primary not allocated'),
    ],
    ['an item without a status', item(0)],
  ])('tries again after %s', (_, answered) => {
    expect(bulkVerdict(answered, remedy)).toMatchObject({ status: 'retry' });
  });

  it.each([
    [
      'a value that does not fit its field',
      item(
        400,
        'document_parsing_exception',
        "[1:6] failed to parse field [n] of type [long] in document with id '1'.",
      ),
    ],
    [
      'a field that a strict mapping does not have',
      item(
        400,
        'strict_dynamic_mapping_exception',
        '[1:22] mapping set to strict, dynamic introduction of [x] within [_doc]',
      ),
    ],
    ['an empty id', item(400, 'illegal_argument_exception', 'if _id is specified it must not be empty')],
    ['a refusal of another kind', item(400)],
  ])('rejects %s', (_, answered) => {
    expect(bulkVerdict(answered, remedy)).toMatchObject({ status: 'rejected' });
  });

  it('gives a reason without the contents of the record', () => {
    const reason =
      "[1:6] failed to parse field [n] of type [long] in document with id '1'. Preview of field's value: 'SECRET'";
    expect(bulkVerdict(item(400, 'document_parsing_exception', reason), remedy)).toEqual({
      status: 'rejected',
      reason: 'document_parsing_exception (400): the field n is of type long and does not take the value',
    });
  });

  it('shares one verdict among all delivered documents', () => {
    expect(bulkVerdict(item(201), remedy)).toBe(bulkVerdict(item(201), remedy));
  });
});
