import type { ContractRecord } from '../contract/contract-schema.ts';

/** An event of tests: each ship's log. */
export interface ShipLog {
  ship: string;
  time: Date;
  knots: number;
}

/** Its schema, with other annotations or fields where a test needs them. */
export const shipLogSchema = (annotation: object = {}, fields: ContractRecord['fields'] = []): ContractRecord => ({
  type: 'record',
  name: 'ShipLog',
  namespace: 'sluice.test',
  sluice: {
    topic: 'ship-logs',
    key: ['ship'],
    id: ['ship', { field: 'time', unit: 'second' }],
    time: 'time',
    ...annotation,
  },
  fields: [
    { name: 'ship', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'knots', type: 'double' },
    ...fields,
  ],
});
