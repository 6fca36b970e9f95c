import { coded, createHealth, createLogger } from '@sluice/telemetry';
import { expect, it, vi } from 'vitest';
import { resolveSchemas } from './resolve-schemas.ts';
import { testRecords } from '../testing/test-records.ts';

it.each([
  ['documents keep them', 'records have fields that this version does not know: documents keep them'],
  [undefined, 'records have fields that this version does not know'],
])('says what becomes of fields that only the writer knows: %s', async (unknownFields, message) => {
  const { contract, raw, schemaOf } = testRecords();
  const logger = createLogger({ app: 'test', level: 'info', format: 'json', to: 'stderr' });
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
  const schema = { ...schemaOf(), unknownFields: () => ['colour'] };
  const codec = {
    cachedSchema: () => undefined,
    fetchSchema: async () => schema,
    encoder: () => Promise.reject(new Error('nothing is encoded')),
  };
  const { records } = await resolveSchemas([raw(1, 'a')], {
    ...{ codec, contract, partition: 0, logger, unknownFields },
    ...{ signal: new AbortController().signal, health: createHealth([]), firstSeen: new Date() },
    onTimeFromValue: () => {},
  });
  expect(records.map(({ id }) => id)).toEqual(['a']);
  const fields = { topic: contract.topic, schemaId: 1, fields: ['colour'], ...coded('unknown-fields') };
  expect(warn.mock.calls).toEqual([[fields, message]]);
});
