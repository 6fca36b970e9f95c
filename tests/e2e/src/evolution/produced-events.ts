import { isDeepStrictEqual } from 'node:util';
import { outgoingEvent, type KafkaClient } from '@sluice/kafka';
import type { Codec } from '@sluice/schema-registry';
import type { EvolvingTopic, Value } from './evolving-topics.ts';

/** An event, and the version of the schema that its producer has. */
interface Produced {
  readonly version: 1 | 2 | 3;
  readonly value: Value;
  readonly at: Date;
}

/** The producers of a topic, one for each version of its schema, and what they have produced. */
export interface Producers {
  readonly evolving: EvolvingTopic;
  readonly produced: readonly Produced[];
  /** Has the producer of a version publish so many events of a day. */
  publish(version: 1 | 2 | 3, count: number, day: Date): Promise<void>;
}

type Producer = Awaited<ReturnType<KafkaClient['producer']>>;

export function producersOf(evolving: EvolvingTopic, producer: Producer, codec: Codec): Producers {
  const produced: Produced[] = [];
  const { topic, versions, event } = evolving;
  return {
    evolving,
    produced,
    async publish(version, count, day) {
      const { contract } = versions[version - 1] ?? versions[0];
      const encoder = await codec.encoder(contract);
      const some = Array.from({ length: count }, (_, at): Produced => {
        const n = produced.length + at;
        const time = new Date(day.getTime() + n);
        const value = {
          ...event(n, time),
          ...Object.assign({}, ...versions.slice(0, version).map(({ more }) => more(n))),
        };
        return { version, value, at: time };
      });
      await producer.send(
        topic,
        some.map(({ value }) => outgoingEvent({ value }, contract, encoder, Date.now())),
      );
      produced.push(...some);
    },
  };
}

/** What is there of an event: a document, a line, a row. */
type Found = Readonly<Record<string, unknown>>;

/** An event as JSON has it. */
const jsonOf = ({ value, at }: Produced, time: string | undefined): Found => {
  const json = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  if (typeof json['original'] === 'string') json['original'] = JSON.parse(json['original']);
  return { ...json, ...(time !== undefined && { [time]: at.toISOString() }) };
};

/**
 * Compares each field of each event with what was produced: an event has the fields of its own version, and no others.
 *
 * @param places what is found where, and the field of the event time that events without a contract have there; in `rows`, a field that
 *   an event does not have is null
 */
export function compareEvents(
  { evolving: { topic, isContract }, produced }: Producers,
  places: readonly { readonly where: string; readonly time: string; readonly found: readonly Found[] }[],
): { values: number; shortfalls: string[] } {
  const shortfalls: string[] = [];
  let values = 0;
  for (const { where, time, found } of places) {
    const byId = new Map(found.map((one) => [one['id'], one]));
    if (found.length !== produced.length || byId.size !== produced.length)
      shortfalls.push(`${topic}: ${found.length} ${where} with ${byId.size} ids, not ${produced.length}`);
    const wrong = new Map<string, number>();
    for (const one of produced) {
      const is = byId.get(one.value.id) ?? {};
      const wanted = jsonOf(one, isContract ? undefined : time);
      const names = new Set([...Object.keys(wanted), ...Object.keys(is)]);
      names.delete('_kafka');
      for (const name of names) {
        values++;
        const [own, there] = [wanted[name], where === 'rows' && !Object.hasOwn(wanted, name) ? undefined : is[name]];
        const isAbsent = where !== 'rows' || is[name] === null || Object.hasOwn(wanted, name);
        if (isDeepStrictEqual(own, there) && isAbsent) continue;
        const what = `${name} of ${where} of version ${one.version}`;
        wrong.set(what, (wrong.get(what) ?? 0) + 1);
      }
    }
    for (const [what, count] of wrong) shortfalls.push(`${topic}: ${what} is not what was produced, ${count} times`);
  }
  return { values, shortfalls };
}
