import { bytes, long } from './fastavro.ts';
import {
  grown,
  hostMeasurement,
  retyped,
  seenAuthor,
  sentAuthor,
  tweetEvent,
  type ForeignCase,
  type RecordSchema,
  type ReferencedSchema,
  within,
} from './foreign-case.ts';

const event = tweetEvent;
const strings = (...names: string[]) => names.map((name) => ({ name, type: 'string' }));
const each = <T>(names: readonly string[], value: (at: number) => T) =>
  Object.fromEntries(names.map((name, at) => [name, value(at)]));
const letters = (...names: string[]) => each(names, (at) => 'abcdefgh'[at] ?? '');

const record = (name: string, ...fields: RecordSchema['fields']): RecordSchema => ({
  ...{ type: 'record', name, namespace: 'foreign.shapes', fields },
});
const referenceTo = (name: string) => ({
  ...{ name: `foreign.shapes.${name}`, subject: `foreign-shapes-${name.toLowerCase()}`, version: 1 },
});
const side = (name: string): ReferencedSchema => ({
  subject: referenceTo(name).subject,
  schema: record(name, { name: 'shared', type: 'foreign.shapes.Shared' }),
  references: [referenceTo('Shared')],
});
const diamond: readonly ReferencedSchema[] = [
  { subject: referenceTo('Shared').subject, schema: record('Shared', { name: 'n', type: 'long' }) },
  side('Left'),
  side('Right'),
];
const chain = record('Link', { name: 'n', type: 'int' }, { name: 'next', type: ['null', 'Link'] });
const links = { n: 1, next: { n: 2, next: null } };
const deep = { links, any: [1, 2], counts: { b: 1, a: 2 }, raw: 'AP8=' };
const without = (name: string) => (schema: RecordSchema) => ({
  ...schema,
  fields: schema.fields.filter((field) => field.name !== name),
});

/** Schemas that continue the contract's, differ from it, or do not go with it. */
export const schemaCases: readonly ForeignCase[] = [
  {
    name: 'a-new-field',
    event,
    schema: grown({ name: 'mood', type: ['null', 'string'], default: null }),
    value: { mood: 'glad' },
    document: { mood: 'glad' },
  },
  {
    name: 'a-new-field-within-a-record',
    event,
    schema: within('author', grown({ name: 'pronouns', type: ['null', 'string'], default: null })),
    value: { author: { ...sentAuthor, pronouns: 'they' } },
    document: { author: { ...seenAuthor, pronouns: 'they' } },
    column: { author: seenAuthor },
    // The stand-in has no room for a field that joins within a record: the column is there in the table's description.
    avroColumn: { author: seenAuthor },
  },
  {
    name: 'names-that-differ-in-case',
    event,
    schema: grown(...strings('Language', 'LANGUAGE', 'userId', 'userid')),
    value: letters('Language', 'LANGUAGE', 'userId', 'userid'),
    document: letters('Language', 'LANGUAGE', 'userId', 'userid'),
    line: letters('Language_2', 'LANGUAGE_3', 'userId', 'userid_2'),
    stored: {
      ...each(['Language', 'LANGUAGE', 'userid'], () => undefined),
      ...letters('Language_2', 'LANGUAGE_3', 'userId', 'userid_2'),
    },
  },
  {
    name: 'reserved-names',
    event,
    schema: grown(...strings('_id', '_source', '_PARTITIONTIME', '_kafka')),
    value: letters('_id', '_source', '_PARTITIONTIME', '_kafka'),
    document: letters('field_id', 'field_source', '_PARTITIONTIME', '_kafka'),
    line: letters('_id', '_source', 'field_PARTITIONTIME', 'field_kafka'),
    stored: {
      ...each(['_PARTITIONTIME', '_kafka'], () => undefined),
      ...letters('_id', '_source', 'field_PARTITIONTIME', 'field_kafka'),
    },
  },
  {
    name: 'names-of-javascript',
    event,
    schema: grown(...strings('constructor', 'toString', '__proto__', 'valueOf', 'hasOwnProperty')),
    value: letters('constructor', 'toString', '__proto__', 'valueOf', 'hasOwnProperty'),
    document: letters('constructor', 'toString', '__proto__', 'valueOf', 'hasOwnProperty'),
  },
  {
    name: 'an-invalid-default',
    event,
    schema: grown({ name: 'note', type: ['null', 'string'], default: '' }),
    value: { note: 'a' },
    document: { note: 'a' },
  },
  {
    name: 'a-diamond-of-references',
    // The stand-in for BigQuery loads no Avro files that use a type twice.
    event: hostMeasurement,
    referenced: diamond,
    references: [referenceTo('Left'), referenceTo('Right')],
    schema: grown(
      { name: 'left', type: 'foreign.shapes.Left' },
      { name: 'right', type: ['null', 'foreign.shapes.Right'] },
    ),
    value: { left: { shared: { n: 1 } }, right: { shared: { n: 2 } } },
    document: { left: { shared: { n: 1 } }, right: { shared: { n: 2 } } },
  },
  {
    name: 'a-reference-that-was-deleted',
    event,
    referenced: [{ subject: referenceTo('Gone').subject, schema: record('Gone', { name: 'n', type: 'long' }) }],
    references: [referenceTo('Gone')],
    deletesReferences: true,
    schema: grown({ name: 'gone', type: 'foreign.shapes.Gone' }),
    value: { gone: { n: 3 } },
    document: { gone: { n: 3 } },
  },
  {
    name: 'fields-in-another-order',
    event,
    schema: (contract) => ({ ...contract, fields: contract.fields.toReversed() }),
    document: {},
  },
  {
    name: 'a-field-that-the-writer-lacks',
    event,
    schema: without('language'),
    value: { language: undefined },
    document: { language: null },
  },
  {
    name: 'a-required-field-that-the-writer-lacks',
    event,
    schema: without('text'),
    value: { text: undefined },
    dead: /text/,
  },
  {
    name: 'an-int-and-a-float-that-grow',
    event,
    schema: (contract) =>
      retyped('longitude', 'float')(within('author', retyped('followers_count', ['null', 'int']))(contract)),
    document: {},
  },
  {
    name: 'an-optional-that-is-always-there-and-a-union-turned-around',
    event,
    schema: (contract) => retyped('language', 'string')(retyped('source', ['string', 'null'])(contract)),
    document: {},
  },
  {
    name: 'an-enum-with-another-order',
    event,
    schema: retyped('delivered_by', {
      ...{ type: 'enum', name: 'TweetDelivery', symbols: ['REPLAY', 'SEARCH', 'STREAM', 'BACKFILL'] },
    }),
    document: {},
  },
  {
    name: 'an-enum-with-a-new-symbol',
    event,
    schema: retyped('delivered_by', { type: 'enum', name: 'TweetDelivery', symbols: ['REPLAY', 'PIGEON'] }),
    value: { delivered_by: 'PIGEON' },
    document: { delivered_by: 'PIGEON' },
  },
  {
    name: 'a-text-in-place-of-a-time',
    event,
    schema: retyped('created_at', 'string'),
    value: { created_at: 'now' },
    dead: /created_at/,
  },
  {
    name: 'a-null-in-place-of-a-text',
    event,
    schema: retyped('text', ['null', 'string']),
    value: { text: null },
    dead: /text|null/,
  },
  {
    name: 'a-record-inside-itself-and-a-union-of-many',
    // BigQuery loads neither from Avro files.
    event: hostMeasurement,
    schema: grown(
      { name: 'links', type: chain },
      { name: 'any', type: ['null', 'long', 'string', { type: 'array', items: 'int' }] },
      { name: 'lists', type: { type: 'array', items: { type: 'array', items: 'long' } } },
      { name: 'counts', type: { type: 'map', values: 'long' } },
      { name: 'raw', type: 'bytes' },
    ),
    value: {
      links,
      any: [1, 2],
      lists: [[1, long('9007199254740993')], []],
      counts: { b: 1, a: 2 },
      raw: bytes(Buffer.from('00ff', 'hex')),
    },
    document: { ...deep, lists: [[1, 9007199254740993n], []] },
    line: { ...deep, lists: [[1, '9007199254740993'], []] },
  },
];
