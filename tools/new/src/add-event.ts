import type { Tree } from '@nx/devkit';
import { nameForms } from './rename.ts';
import { addTopicToAccessRights } from './wiring/add-to-access-rights.ts';

export interface EventOptions {
  /** In the singular, lower case words joined by -. */
  name: string;
  topic: string;
  /** Names of fields, separated by commas. */
  id: string;
  key: string;
  time: string;
}

/**
 * Adds an event's contract, with the fields that it needs, sample data, and the sinks' rights to its topic.
 *
 * @throws Error, one sentence, when it cannot be
 */
export function addEvent(tree: Tree, { name, topic, ...options }: EventOptions): void {
  const [id, key] = [listOf(options.id), listOf(options.key)];
  const time = options.time.trim();
  const contract = `libs/contracts/avro/${name}.avsc`;
  const sample = `libs/contracts/examples/${topic}.jsonl`;
  check(tree, { name, topic, fields: [...id, ...key, time], paths: [contract, sample] });
  if (id.includes(time) || key.includes(time))
    throw new Error(`${time} is the time: name other fields for the id and the key.`);
  const fields = [...new Set([...id, ...key])];
  const schema = {
    ...{ type: 'record', name: nameForms(name).pascal, namespace: 'sluice', doc: `One event of the topic ${topic}.` },
    sluice: { topic, ...(key.length > 0 && { key }), id, time, rotation: 'day' },
    fields: [
      ...fields.map((field) => ({ name: field, type: 'string', doc: docOf(field, id, key) })),
      { name: time, type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'When it happened.' },
    ],
  };
  tree.write(contract, `${JSON.stringify(schema, null, 2)}\n`);
  const line = (n: number) => ({
    ...Object.fromEntries(fields.map((field) => [field, id.includes(field) ? `${field}-${n}` : `${field}-1`])),
    [time]: `2026-11-21T09:00:0${n}.000Z`,
  });
  tree.write(sample, [1, 2, 3].map((n) => `${JSON.stringify(line(n))}\n`).join(''));
  addTopicToAccessRights(tree, topic);
}

const listOf = (text: string): string[] =>
  [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part !== '');

function check(
  tree: Tree,
  { name, topic, fields, paths }: { name: string; topic: string; fields: readonly string[]; paths: readonly string[] },
): void {
  for (const [what, text] of [
    ['name', name],
    ['topic', topic],
  ] as const)
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text))
      throw new Error(
        `${JSON.stringify(text)} cannot be a ${what}: take lower case words joined by -, such as orders.`,
      );
  const wrong = fields.find((field) => !/^[a-z][a-z0-9_]*$/.test(field));
  if (wrong !== undefined)
    throw new Error(`${JSON.stringify(wrong)} cannot be a field: take lower case words joined by _, such as order_id.`);
  const taken = paths.find((path) => tree.exists(path));
  if (taken !== undefined) throw new Error(`${taken} exists: choose another name.`);
}

const docOf = (field: string, id: readonly string[], key: readonly string[]): string =>
  [
    ...(id.includes(field) ? ['Identifies the event.'] : []),
    ...(key.includes(field) ? ['Events that have it in common stay in order.'] : []),
  ].join(' ');
