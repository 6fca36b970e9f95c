import { eventContract } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { eventOfJson } from './event-of-json.ts';

const contract = eventContract({
  type: 'record',
  name: 'Order',
  namespace: 'sluice',
  sluice: { topic: 'orders', id: ['id'], time: 'placed' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'placed', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'paid', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }] },
    { name: 'proof', type: ['null', 'bytes'] },
    {
      name: 'items',
      type: {
        type: 'array',
        items: { type: 'record', name: 'Item', fields: [{ name: 'sku', type: 'string' }] },
      },
    },
    { name: 'labels', type: { type: 'map', values: 'string' } },
  ],
});
const order = { id: 'o-1', placed: '2026-03-05T10:00:00+01:00', items: [{ sku: 'a' }], labels: { shop: 'x' } };

describe('an event from JSON', () => {
  it('has dates for times, bytes for base64, and null for what was left out', () => {
    expect(eventOfJson(contract, { ...order, paid: 1_000, proof: 'AQI=' })).toEqual({
      ...{ ...order, placed: new Date('2026-03-05T09:00:00Z') },
      ...{ paid: new Date(1_000), proof: Buffer.of(1, 2) },
    });
    expect(eventOfJson(contract, order)).toMatchObject({ paid: null, proof: null });
  });

  it.each<[json: unknown, reason: string]>([
    [[order], 'it is not a JSON object'],
    [{ ...order, colour: 'red' }, 'the contract has no field "colour"'],
    [{ ...order, items: [{ sku: 'a', size: 1 }] }, 'the contract has no field "items[0].size"'],
    [{ ...order, placed: 'yesterday' }, 'placed is not a time'],
    [{ ...order, placed: undefined }, 'placed is not a time'],
    [{ ...order, proof: 7 }, 'proof is not bytes in base64'],
    [{ ...order, items: 'a' }, 'items is not an array'],
    [{ ...order, items: ['a'] }, 'items[0] is not an object'],
    [{ ...order, labels: null }, 'labels is not an object'],
  ])('names the field that does not fit: %j', (json, reason) => {
    expect(() => eventOfJson(contract, json)).toThrow(reason);
  });
});
