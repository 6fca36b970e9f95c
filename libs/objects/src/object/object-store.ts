import type { Content } from './object-content.ts';
import type { ObjectFacts } from './object-facts.ts';

/** An object as its store states it. */
export interface FoundObject {
  name: string;
  size: number;
  /** Base64 of the big-endian CRC-32C of what is stored; where the store keeps no checksum, that of `facts`. */
  crc32c: string;
  created: Date;
  /** Undefined where the sink did not write it. */
  facts: ObjectFacts | undefined;
}

/** The objects of one bucket, as the sink writes them. A store must create an object only where its name is free. */
export interface ObjectStore {
  /**
   * Creates an object, whole or not at all, unless there is one of that name.
   *
   * @returns undefined where the name is taken
   * @throws Error in one sentence; whether the object exists is not known then
   */
  create(
    object: { name: string; contentType: string; content: Content; facts: ObjectFacts },
    signal: AbortSignal,
  ): Promise<FoundObject | undefined>;
  /** @returns undefined where there is none */
  find(name: string, signal: AbortSignal): Promise<FoundObject | undefined>;
}
