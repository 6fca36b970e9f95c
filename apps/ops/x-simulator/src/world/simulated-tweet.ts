import type { cities } from './phrases.ts';

/** Someone who posts. */
export interface Person {
  id: string;
  username: string;
  name: string;
  createdMs: number;
  followers: number;
  following: number;
  verified: boolean;
}

/** A post, before it takes the form of an API. */
export interface SimulatedTweet {
  id: string;
  timeMs: number;
  language: string;
  /** All of it; of a repost that of the post which it reposts. */
  text: string;
  author: Person;
  /** Ids of all versions up to this one. */
  versions: readonly string[];
  reference?: { type: 'retweeted' | 'quoted' | 'replied_to'; tweet: SimulatedTweet };
  link?: { url: string; expanded: string; title: string };
  media?: { key: string; type: 'photo' | 'video'; url: string; width: number; height: number };
  city?: (typeof cities)[number];
  withheldIn?: readonly string[];
  sensitive: boolean;
  /** Its author deletes it at once: it streams, and is found by no search. */
  deleted: boolean;
}

/** The `source` of all simulated posts. */
export const simulatorSource = 'x-simulator (synthetic)';

/** The most characters of a post that is not long. */
export const shortTextLength = 280;
