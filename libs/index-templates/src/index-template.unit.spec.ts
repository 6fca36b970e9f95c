import {
  eventContract,
  hostMetrics,
  type ContractField,
  type ContractRecord,
  type ContractSchema,
} from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { indexTemplate } from './index-template.ts';

const settings = { shards: 2, replicas: 1, refreshIntervalMs: 5000 };

const contractOf = (fields: readonly ContractField[], topic = 'ship-logs', namespace = 'sluice.test') =>
  eventContract({
    type: 'record',
    name: 'ShipLog',
    namespace,
    sluice: { topic, time: 'time' },
    fields: [{ name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } }, ...fields],
  });

const date = { type: 'date', format: 'strict_date_optional_time||epoch_millis', ignore_malformed: true };
const day = { type: 'date', format: 'strict_date_optional_time', ignore_malformed: true };
const dateNanos = { type: 'date_nanos', format: 'strict_date_optional_time_nanos', ignore_malformed: true };
const double = { type: 'double', ignore_malformed: true };
const keyword = { type: 'keyword', ignore_above: 8191 };
const text = { type: 'text', analyzer: 'any_language' };
const integer = { type: 'integer', ignore_malformed: true };
const long = { type: 'long', ignore_malformed: true };
const kept = { type: 'keyword', index: false, doc_values: false };
const rescued = { properties: { field: { type: 'keyword', ignore_above: 1024 }, at: kept, value: kept } };
const notIndexed = { type: 'object', enabled: false };

/** The mappings of some fields. */
const mappings = (...fields: ContractField[]) => {
  const { time: _, _sluice: __, ...others } = indexTemplate(contractOf(fields), settings).template.mappings.properties;
  return others;
};
const mappingOf = (type: ContractSchema, sluice?: ContractField['sluice']) =>
  mappings({ name: 'field', type, ...(sluice && { sluice }) })['field'];

describe('the template of an event', () => {
  it('applies to its indices, under its alias, with the settings given', () => {
    expect(indexTemplate(contractOf([]), settings)).toEqual({
      index_patterns: ['ship-logs-*'],
      priority: 509,
      template: {
        settings: {
          'index.number_of_shards': 2,
          'index.number_of_replicas': 1,
          'index.refresh_interval': '5000ms',
          'index.mapping.total_fields.limit': 1000,
        },
        mappings: {
          dynamic: false,
          properties: { time: date, _sluice: { properties: { rescued } } },
          _meta: { contract: 'sluice.test.ShipLog' },
        },
        aliases: { 'ship-logs': {} },
      },
    });
  });

  it('says how texts become words where the contract has a text, at any depth', () => {
    const settingsOf = (sluice: ContractField['sluice']) => {
      const inner: ContractField = { name: 'inner', type: 'string', ...(sluice && { sluice }) };
      const field: ContractField = { name: 'outer', type: ['null', { type: 'record', name: 'O', fields: [inner] }] };
      return Object.keys(indexTemplate(contractOf([field]), settings).template.settings);
    };
    expect(settingsOf({ search: 'text' })).toContain('index.analysis.analyzer.any_language.filter');
    expect(settingsOf({ search: 'keyword' }).join()).not.toContain('analysis');
  });

  it('wins over that of an event whose name begins its own', () => {
    const priority = (topic: string) => indexTemplate(contractOf([], topic), settings).priority;
    expect(priority('ship-logs-enriched')).toBeGreaterThan(priority('ship-logs'));
  });

  it('of host metrics has dates, keywords, numbers, and nested elements', () => {
    const { properties } = indexTemplate(hostMetrics, settings).template.mappings;
    expect(properties).toMatchObject({
      host: keyword,
      time: date,
      interval_ms: integer,
      cpu: {
        properties: {
          busy_percent: { type: 'double' },
          cores: { type: 'nested', properties: { core: integer } },
        },
      },
      memory: { properties: { total_bytes: long } },
      filesystems: {
        type: 'nested',
        properties: { mount_point: keyword, read_only: { type: 'boolean', ignore_malformed: true } },
      },
    });
    expect(Object.keys(properties)).toEqual([...hostMetrics.schema.fields.map(({ name }) => name), '_sluice']);
    expect(JSON.stringify(properties)).not.toContain('"enabled":false');
  });
});

describe('an open part', () => {
  const map: ContractField = {
    name: 'tags',
    type: ['null', { type: 'map', values: 'double' }],
    sluice: { open: true },
  };

  it('makes fields of its names, as many as the index may have, and has a place for what is beyond', () => {
    const { template } = indexTemplate(contractOf([map]), { ...settings, fields: 50 });
    const { date_detection: dates, dynamic_templates: rules = [], properties } = template.mappings;
    expect(template.settings['index.mapping.total_fields.limit']).toBe(50);
    expect(properties['tags']).toEqual({ type: 'object', dynamic: true });
    expect(properties['_sluice']?.properties?.['flattened']).toMatchObject({ type: 'flattened' });
    expect(dates).toBe(false);
    expect(rules.flatMap((rule) => Object.values(rule))).toEqual([
      { path_match: 'tags.*', match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } },
      { path_match: 'tags.*', match_mapping_type: 'long', mapping: double },
      { path_match: 'tags.*', match_mapping_type: 'double', mapping: double },
    ]);
  });

  it('does not take the room of the own fields', () => {
    const many = Array.from({ length: 60 }, (_, n): ContractField => ({ name: `f${n}`, type: 'int' }));
    const { template } = indexTemplate(contractOf([map, ...many]), { ...settings, fields: 50 });
    expect(template.settings['index.mapping.total_fields.limit']).toBe(68);
  });

  it('is a map or JSON of the outermost record', () => {
    const open = { open: true };
    const inner: ContractField = { ...map, name: 'inner' };
    for (const field of [
      { name: 'n', type: 'int', sluice: open },
      { name: 'outer', type: { type: 'record', name: 'O', fields: [inner] } },
      { name: 'list', type: { type: 'array', items: 'string' }, sluice: open },
    ] satisfies ContractField[])
      expect(() => contractOf([field])).toThrow(/says "open" of "(n|inner|list)"/);
  });
});

describe('a contract that wants dead letters', () => {
  it('has no place for values that were moved aside, and lets numbers be refused', () => {
    const contract = { ...contractOf([{ name: 'n', type: 'long' }]), refused: 'dead-letter' as const };
    const { properties } = indexTemplate(contract, settings).template.mappings;
    expect(properties).toEqual({ time: date, n: { type: 'long' } });
  });
});

describe('a mapping', () => {
  it.each<[ContractSchema, object]>([
    ['boolean', { type: 'boolean', ignore_malformed: true }],
    ['int', integer],
    ['long', long],
    ['float', { type: 'float', ignore_malformed: true }],
    ['double', double],
    ['bytes', { type: 'binary' }],
    ['string', keyword],
    ['null', notIndexed],
    [{ type: 'string' }, keyword],
    [{ type: 'fixed', name: 'F', size: 4 }, { type: 'binary' }],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, { type: 'keyword' }],
    [{ type: 'array', items: 'long' }, long],
    [{ type: 'array', items: { type: 'array', items: ['null', 'int'] } }, integer],
    [
      { type: 'map', values: 'double' },
      { type: 'flattened', ignore_above: 8191, depth_limit: 100 },
    ],
    [['null', 'double'], double],
    [['string', 'null'], keyword],
    [['null', 'string', 'int'], notIndexed],
    [['int', 'string'], notIndexed],
    [['null'], notIndexed],
  ])('of %j', (schema, expected) => expect(mappingOf(schema)).toEqual(expected));

  it.each<[ContractSchema, object]>([
    [{ type: 'long', logicalType: 'timestamp-millis' }, date],
    [{ type: 'long', logicalType: 'local-timestamp-millis' }, date],
    [{ type: 'int', logicalType: 'date' }, day],
    [{ type: 'long', logicalType: 'timestamp-micros' }, dateNanos],
    [{ type: 'long', logicalType: 'timestamp-nanos' }, dateNanos],
    [{ type: 'long', logicalType: 'local-timestamp-micros' }, dateNanos],
    [{ type: 'long', logicalType: 'local-timestamp-nanos' }, dateNanos],
    [{ type: 'int', logicalType: 'time-millis' }, { type: 'keyword' }],
    [{ type: 'long', logicalType: 'time-micros' }, { type: 'keyword' }],
    [{ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }, double],
    [{ type: 'fixed', name: 'D', size: 4, logicalType: 'decimal', precision: 9, scale: 2 }, double],
    [{ type: 'fixed', name: 'D', size: 12, logicalType: 'duration' }, { type: 'keyword' }],
    [{ type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' }, { type: 'keyword' }],
    [{ type: 'string', logicalType: 'uuid' }, keyword],
    [
      { type: 'string', logicalType: 'json' },
      { type: 'flattened', ignore_above: 1024, depth_limit: 100 },
    ],
    [{ type: 'long', logicalType: 'json' }, long],
    [['null', { type: 'long', logicalType: 'timestamp-millis' }], date],
    [{ type: 'long', logicalType: 'fathoms' }, long],
  ])('of the logical type %j', (schema, expected) => expect(mappingOf(schema)).toEqual(expected));

  it('of a string follows its annotation', () => {
    expect(mappingOf('string', { search: 'keyword' })).toEqual(keyword);
    expect(mappingOf('string', { search: 'text' })).toEqual(text);
    expect(mappingOf('string', { search: 'none' })).toEqual({ type: 'keyword', index: false, doc_values: false });
    expect(mappingOf(['null', { type: 'array', items: 'string' }], { search: 'text' })).toEqual(text);
    const english = { type: 'text', analyzer: 'english' };
    expect(mappingOf('string', { search: 'text', copies: ['english', 'exact'] })).toEqual({
      ...text,
      fields: { english, keyword },
    });
    expect(mappingOf('string', { search: 'text', copies: ['english'] })).toEqual({ ...text, fields: { english } });
    expect(mappingOf('string', { copies: ['english'] })).toEqual(keyword);
  });

  const mast: ContractRecord = { type: 'record', name: 'Mast', fields: [{ name: 'height', type: 'int' }] };
  const mastProperties = { properties: { height: integer } };

  it('of a record is an object, or nested where its fields must match together', () => {
    expect(mappingOf(mast)).toEqual(mastProperties);
    expect(mappingOf({ type: 'array', items: mast })).toEqual(mastProperties);
    expect(mappingOf(['null', { type: 'array', items: mast }], { nested: true })).toEqual({
      type: 'nested',
      ...mastProperties,
    });
  });

  it('of a type defined earlier is the same, wherever that was', () => {
    const kind: ContractSchema = { type: 'enum', name: 'Kind', symbols: ['A'] };
    const hash: ContractSchema = { type: 'fixed', name: 'other.Hash', size: 16, logicalType: 'uuid' };
    const hull: ContractRecord = { type: 'record', name: 'Hull', fields: [{ name: 'kind', type: kind }] };
    expect(
      mappings(
        { name: 'main', type: mast },
        { name: 'hull', type: hull },
        { name: 'tags', type: { type: 'map', values: hash } },
        { name: 'either', type: ['null', 'int', { type: 'enum', name: 'InUnion', symbols: ['B'] }] },
        { name: 'mizzen', type: ['null', 'Mast'] },
        { name: 'masts', type: { type: 'array', items: 'sluice.test.Mast' }, sluice: { nested: true } },
        { name: 'kind', type: 'Kind' },
        { name: 'hash', type: 'other.Hash' },
        { name: 'branch', type: 'InUnion' },
      ),
    ).toEqual({
      main: mastProperties,
      hull: { properties: { kind: { type: 'keyword' } } },
      tags: { type: 'flattened', ignore_above: 8191, depth_limit: 100 },
      either: notIndexed,
      mizzen: mastProperties,
      masts: { type: 'nested', ...mastProperties },
      kind: { type: 'keyword' },
      hash: { type: 'keyword' },
      branch: { type: 'keyword' },
    });
  });

  it('tells types of the same name in different namespaces apart', () => {
    expect(
      mappings(
        { name: 'one', type: { ...mast, namespace: 'a' } },
        { name: 'two', type: { type: 'fixed', name: 'b.Mast', size: 1 } },
        { name: 'again', type: 'a.Mast' },
        { name: 'other', type: 'b.Mast' },
      ),
    ).toEqual({ one: mastProperties, two: { type: 'binary' }, again: mastProperties, other: { type: 'binary' } });
  });

  it('of a record that contains itself ends where it would repeat', () => {
    const crate: ContractRecord = {
      type: 'record',
      name: 'Crate',
      fields: [
        { name: 'weight', type: 'int' },
        { name: 'inside', type: { type: 'array', items: 'Crate' } },
      ],
    };
    const crateProperties = { properties: { weight: integer, inside: notIndexed } };
    expect(mappings({ name: 'crate', type: crate }, { name: 'another', type: 'Crate' })).toEqual({
      crate: crateProperties,
      another: crateProperties,
    });
    expect(mappingOf(['null', 'ShipLog'])).toEqual(notIndexed);
  });
});
