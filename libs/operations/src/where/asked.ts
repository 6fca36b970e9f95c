/** A place in Kafka. */
export interface Place {
  topic: string;
  partition: number;
  offset: bigint;
}

const place = /^([A-Za-z0-9._-]{1,249}):(\d{1,9}):(\d{1,19})$/;
/** The id of a record that has none of its own: see `recordId`. */
const placeId = /^([A-Za-z0-9._-]{1,249})-(\d{1,9})-(\d{1,19})-[0-9a-f]{8}$/;

/**
 * The place that a question names: `topic:partition:offset`, or an id that was made of a place.
 *
 * @param topics the topics that exist: an id or a text may look like a place
 */
export function askedPlace(asked: string, topics: ReadonlySet<string>): (Place & { isId: boolean }) | undefined {
  for (const form of [place, placeId]) {
    const [, topic, partition, offset = ''] = form.exec(asked) ?? [];
    if (topic === undefined || !topics.has(topic)) continue;
    return { topic, partition: Number(partition), offset: BigInt(offset), isId: form === placeId };
  }
  return undefined;
}

export const placeText = ({ topic, partition, offset }: Place): string => `${topic}:${partition}:${offset}`;
