/** A place in a topic. */
export interface Place {
  topic: string;
  partition: number;
  offset: bigint;
}

export const placeName = ({ topic, partition, offset }: Place): string => `offset ${offset} of ${topic}-${partition}`;
