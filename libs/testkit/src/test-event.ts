import { eventContract, type EventContract } from '@sluice/contracts';

/** A small event. Its id is also its key. */
export interface TestEvent {
  id: string;
  time: Date;
  text: string;
}

/** The contract of test events. @param topic a unique one */
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
