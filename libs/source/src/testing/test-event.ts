import { eventContract, type EventContract } from '@sluice/schemas';

export interface TestEvent {
  id: string;
  time: Date;
  text: string;
}

export const event = (id: string, more: Partial<TestEvent> = {}): TestEvent => ({
  id,
  time: new Date(),
  text: id,
  ...more,
});

export const testContract = (topic: string): EventContract<TestEvent> =>
  eventContract({
    type: 'record',
    name: 'TestEvent',
    namespace: 'sluice.test',
    sluice: { topic, id: ['id'], key: ['id'], time: 'time' },
    fields: [
      { name: 'id', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'text', type: 'string' },
    ],
  });
