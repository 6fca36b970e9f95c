import { eventContract, type ContractRecord } from '@sluice/contracts';

/** A tweet as the benchmark publishes it: about 230 Avro bytes. */
export interface BenchTweet {
  id: string;
  text: string;
  created_at: Date;
  lang: string | null;
  author_id: string;
  author: { username: string; name: string; followers: number; verified: boolean };
  retweet_count: number;
  reply_count: number;
  like_count: number;
  quote_count: number;
  hashtags: string[];
  mentions: string[];
  source: string | null;
  possibly_sensitive: boolean;
  conversation_id: string;
}

const strings = { type: 'array', items: 'string' } as const;

const schema: ContractRecord = {
  type: 'record',
  name: 'BenchTweet',
  namespace: 'sluice.bench',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'text', type: 'string', sluice: { search: 'text' } },
    { name: 'created_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'lang', type: ['null', 'string'], default: null },
    { name: 'author_id', type: 'string' },
    {
      name: 'author',
      type: {
        type: 'record',
        name: 'Author',
        fields: [
          { name: 'username', type: 'string' },
          { name: 'name', type: 'string' },
          { name: 'followers', type: 'long' },
          { name: 'verified', type: 'boolean' },
        ],
      },
    },
    { name: 'retweet_count', type: 'long' },
    { name: 'reply_count', type: 'long' },
    { name: 'like_count', type: 'long' },
    { name: 'quote_count', type: 'long' },
    { name: 'hashtags', type: strings },
    { name: 'mentions', type: strings },
    { name: 'source', type: ['null', 'string'], default: null },
    { name: 'possibly_sensitive', type: 'boolean' },
    { name: 'conversation_id', type: 'string' },
  ],
};

const contract = (topic: string) =>
  eventContract<BenchTweet>({
    ...schema,
    sluice: { topic, key: ['id'], id: ['id'], time: 'created_at', rotation: 'day' },
  });

/** The tweets of the throughput cases, and those of the latency case. */
export const benchTweets = contract('bench-tweets');
export const latencyTweets = contract('latency-tweets');
