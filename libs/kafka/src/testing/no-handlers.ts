import type { GroupHandlers } from '../group/group-consumer.ts';

/** The handlers of a member, in a test, that does nothing with what it hears. */
export const noHandlers: GroupHandlers = {
  assigned: () => {},
  fetched: () => undefined,
  unreadable: () => {},
  outOfRange: () => {},
  joined: () => {},
  interrupted: () => {},
};
