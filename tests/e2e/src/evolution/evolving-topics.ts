import { eventContract, tweet, tweetGap, type ContractRecord, type EventContract } from '@sluice/contracts';
import { madeUpTweet } from '../loads/made-up-tweet.ts';

/** An event as a producer has it. */
export type Value = Readonly<Record<string, unknown>> & { readonly id: string };

/** One version of a topic's schema. */
interface Version {
  readonly contract: EventContract<Value>;
  /** What its events have that those of the version before do not. */
  readonly more: (n: number) => Readonly<Record<string, unknown>>;
}

/** A topic whose schema has three versions. */
export interface EvolvingTopic {
  readonly topic: string;
  /** Whether the sinks have a contract of it, which is version 1. */
  readonly isContract: boolean;
  readonly versions: readonly [Version, Version, Version];
  /** An event of version 1. */
  readonly event: (n: number, at: Date) => Value;
  /** A version that breaks the others, and what its producer must learn. */
  readonly broken: { readonly contract: EventContract<Value>; readonly reason: RegExp };
  /** Searches of Elasticsearch that find the events of a version and of later ones, each by something new: only where it is indexed. */
  readonly searches: readonly { readonly from: 2 | 3; readonly query: object; readonly index: 'all' | 'later' }[];
}

type Changes = Readonly<Record<string, (type: unknown) => unknown>>;

/** The schema with other types of the fields of these names, at any depth, and with more fields. */
function changed(schema: ContractRecord, types: Changes, ...more: readonly object[]): ContractRecord {
  const revise = (_: string, value: unknown): unknown => {
    const { name, type } = Object(value) as { name?: unknown; type?: unknown };
    const change = typeof name === 'string' && Object.hasOwn(types, name) ? types[name] : undefined;
    return change === undefined ? value : { ...(value as object), type: change(type) };
  };
  const revised = JSON.parse(JSON.stringify(schema), revise) as ContractRecord;
  return { ...revised, fields: [...revised.fields, ...more] } as ContractRecord;
}

const contract = (schema: ContractRecord) => eventContract<Value>(schema);
const optionalText = (name: string, more: object = {}) => ({
  ...{ name, type: ['null', 'string'], default: null, doc: 'What is new.' },
  ...more,
});
const withSymbol = (symbol: string) => (type: unknown) => {
  const { symbols, ...rest } = type as { symbols: readonly string[] };
  return { ...rest, symbols: [...symbols, symbol] };
};
/** More than 32 bits have. */
const large = (n: number) => 4_000_000_000 + n;
const none = () => ({});

const moods = changed(tweet.schema, {}, optionalText('mood', { sluice: { search: 'text' } }));
const widePictures = changed(moods, { width_pixels: () => ['null', 'long'] }, optionalText('weather'));
const picture = (n: number, width: number) => ({
  ...{ key: `k${n}`, type: 'photo', url: null, alt_text: null, width_pixels: width, height_pixels: 2 },
  duration_ms: null,
});

const tweets: EvolvingTopic = {
  topic: tweet.topic,
  isContract: true,
  event: (n, at) => ({ ...madeUpTweet(n), created_at: at, media: [picture(n, n)] }),
  versions: [
    { contract: contract(tweet.schema), more: none },
    { contract: contract(moods), more: () => ({ mood: 'rather glad' }) },
    { contract: contract(widePictures), more: (n) => ({ weather: 'rain', media: [picture(n, large(n))] }) },
  ],
  broken: { contract: contract(changed(widePictures, { text: () => 'int' })), reason: /text: .*\[type-changed\]/ },
  searches: [
    { from: 2, query: { match: { mood: 'glad' } }, index: 'all' },
    { from: 3, query: { term: { weather: 'rain' } }, index: 'all' },
    { from: 3, query: { range: { 'media.width_pixels': { gte: large(0) } } }, index: 'later' },
  ],
};

const pausing = changed(tweetGap.schema, { reason: withSymbol('MAINTENANCE') }, optionalText('region'));
const patient = changed(pausing, { attempts: () => 'long' });

const gaps: EvolvingTopic = {
  topic: tweetGap.topic,
  isContract: true,
  event: (n, at) => ({
    ...{ id: `gap-${n}`, source: 'tweets', from: at, to: new Date(at.getTime() + n), duration_ms: n },
    ...{ reason: 'SILENCE', detail: null, attempts: n, recovered_by: 'SEARCH', recovered_count: n },
    ...{ complete: true, problem: null, closed_at: at },
  }),
  versions: [
    { contract: contract(tweetGap.schema), more: none },
    { contract: contract(pausing), more: () => ({ reason: 'MAINTENANCE', region: 'asia' }) },
    { contract: contract(patient), more: (n) => ({ attempts: large(n) }) },
  ],
  broken: { contract: contract(changed(patient, {}, { name: 'team', type: 'string', doc: 'Who.' })), reason: /team: / },
  searches: [
    { from: 2, query: { term: { region: 'asia' } }, index: 'all' },
    { from: 2, query: { term: { reason: 'MAINTENANCE' } }, index: 'all' },
    { from: 3, query: { range: { attempts: { gte: large(0) } } }, index: 'later' },
  ],
};

const order: ContractRecord = {
  ...{ type: 'record', name: 'Order', namespace: 'shop', doc: 'An order.' },
  sluice: { topic: 'orders', key: ['id'], id: ['id'], time: 'at' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'item_count', type: 'int' },
    { name: 'price', type: 'float' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'PAID'], default: 'NEW' } },
  ],
};
const sendable = changed(order, { state: withSymbol('SENT') }, optionalText('note'));
const bulky = changed(sendable, { item_count: () => 'long', price: () => 'double' });

const orders: EvolvingTopic = {
  topic: 'orders',
  isContract: false,
  event: (n, at) => ({ id: `order-${n}`, at, item_count: n, price: 1.5, state: 'PAID' }),
  versions: [
    { contract: contract(order), more: none },
    { contract: contract(sendable), more: () => ({ state: 'SENT', note: 'fragile' }) },
    { contract: contract(bulky), more: (n) => ({ item_count: large(n), price: 0.1 }) },
  ],
  broken: { contract: contract(changed(bulky, { price: () => 'string' })), reason: /price: .*\[type-changed\]/ },
  searches: [
    { from: 2, query: { term: { note: 'fragile' } }, index: 'all' },
    { from: 2, query: { term: { state: 'SENT' } }, index: 'all' },
    { from: 3, query: { range: { item_count: { gte: large(0) } } }, index: 'later' },
    { from: 3, query: { term: { price: 0.1 } }, index: 'later' },
  ],
};

/** Two with a contract and one without. */
export const evolvingTopics: readonly EvolvingTopic[] = [tweets, gaps, orders];
