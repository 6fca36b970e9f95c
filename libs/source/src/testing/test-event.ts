import type { TestEvent } from '@sluice/testkit';

export const event = (id: string, more: Partial<TestEvent> = {}): TestEvent => ({
  id,
  time: new Date(),
  text: id,
  ...more,
});
