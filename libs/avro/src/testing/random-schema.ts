import type { AvroSchema } from '../schema/avro-schema.ts';
import type { Random } from '@sluice/random';

/** A random Avro type: its schema, random values of it for avsc, and the JSON text that a value must become. */
export interface RandomType {
  schema: AvroSchema;
  /** What avsc calls the type as a branch of a union. */
  branch: string;
  value(budget: number): unknown;
  /** @param value as avsc decodes it, with wrapped unions and bigints for longs */
  json(value: unknown): string;
}

const reals = [0, -0, 1, -1.5, 0.1, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, NaN, Infinity, -Infinity];
const longs = [0n, -1n, 2n ** 31n, 2n ** 32n, -(2n ** 53n) - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const pieces = [
  'a',
  'ß',
  '€',
  '語',
  '😀',
  '"',
  '\\',
  '/',
  '\n',
  '\t',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u2028',
  '${1}',
  ' ',
];

/**
 * A random schema of bounded size.
 *
 * @param sized every value takes at least a byte, so that random bytes cannot stand for arrays of millions
 */
export function randomType(random: Random, { sized = false } = {}): RandomType {
  const named: { type: RandomType; full: string; namespace: string }[] = [];
  let names = 0;

  const real = (value: unknown): string => {
    if (Object.is(value, -0)) return '-0.0';
    return Number.isFinite(value) ? String(value) : `"${value}"`;
  };
  const string = () => Array.from({ length: random.whole(0, 12) }, () => random.pick(pieces)).join('');
  const buffer = (length: number) => Buffer.from(Array.from({ length }, () => random.whole(0, 255)));
  const base64 = (value: unknown) => JSON.stringify((value as Buffer).toString('base64'));
  const primitive = (
    schema: string,
    value: () => unknown,
    json: (value: unknown) => string = (given) => JSON.stringify(given),
  ): RandomType => ({ schema, branch: schema, value, json });

  const primitives: readonly (() => RandomType)[] = [
    () => primitive('boolean', () => random.chance(0.5)),
    () => primitive('int', () => random.pick([0, -1, 2 ** 31 - 1, -(2 ** 31), random.whole(-1e9, 1e9)])),
    () =>
      primitive(
        'long',
        () => random.pick([...longs, BigInt(random.whole(-1e15, 1e15)) << BigInt(random.whole(0, 13))]),
        String,
      ),
    () => primitive('float', () => Math.fround(random.pick([...reals, random.next() * 1e6])), real),
    () => primitive('double', () => random.pick([...reals, random.next() * 10 ** random.whole(-30, 30)]), real),
    () => primitive('string', string),
    () => primitive('bytes', () => buffer(random.whole(0, 9)), base64),
  ];

  /** A name, and the namespace that it puts around what it encloses. */
  const newName = (namespace: string) => {
    const short = `T${++names}`;
    if (random.chance(0.2)) {
      const own = random.pick(['a', 'a.b', 'c']);
      return random.chance(0.5)
        ? { name: { name: `${own}.${short}` }, full: `${own}.${short}`, inside: own }
        : { name: { name: short, namespace: own }, full: `${own}.${short}`, inside: own };
    }
    return { name: { name: short }, full: namespace === '' ? short : `${namespace}.${short}`, inside: namespace };
  };

  const define = (namespace: string, depth: number): RandomType => {
    const { name, full, inside } = newName(namespace);
    const kind = random.pick(['enum', 'fixed', 'record', 'record', 'record']);
    if (kind === 'enum') {
      const symbols = Array.from({ length: random.whole(1, 4) }, (_, index) => `S_${index}`);
      const schema = { type: 'enum', ...name, symbols } as const;
      return remember(full, namespace, {
        schema,
        branch: full,
        value: () => random.pick(symbols),
        json: JSON.stringify,
      });
    }
    if (kind === 'fixed') {
      const size = random.whole(sized ? 1 : 0, 20);
      const schema = { type: 'fixed', ...name, size } as const;
      return remember(full, namespace, { schema, branch: full, value: () => buffer(size), json: base64 });
    }
    const fields: { name: string; of: RandomType }[] = [];
    const record: RandomType = {
      schema: full,
      branch: full,
      value: (budget) => Object.fromEntries(fields.map((field) => [field.name, field.of.value(budget - 1)])),
      json: (value) =>
        `{${fields.map((field) => `${JSON.stringify(field.name)}:${field.of.json((value as Record<string, unknown>)[field.name])}`).join(',')}}`,
    };
    remember(full, inside, record);
    const count = random.whole(sized ? 1 : 0, 5);
    for (let index = 0; index < count; index++)
      fields.push({
        name: `f${index}${random.pick(['', '_x'])}`,
        of: type(inside, depth + 1),
      });
    if (random.chance(0.3)) fields.push({ name: 'again', of: optional({ ...record, schema: full }) });
    return {
      ...record,
      schema: { type: 'record', ...name, fields: fields.map((field) => ({ name: field.name, type: field.of.schema })) },
    };
  };

  /** Other places refer to it by its full name, or by the short one where they share the namespace. */
  const remember = (full: string, namespace: string, of: RandomType): RandomType => {
    named.push({ type: { ...of, schema: full }, full, namespace });
    return of;
  };

  const optional = (of: RandomType): RandomType => ({
    schema: ['null', of.schema],
    branch: '',
    value: (budget) => (budget > 0 && random.chance(0.5) ? { [of.branch]: of.value(budget) } : null),
    json: (value) => (value === null ? 'null' : of.json((value as Record<string, unknown>)[of.branch])),
  });

  const union = (namespace: string, depth: number): RandomType => {
    const branches = new Map<string, RandomType>([['null', primitive('null', () => null)]]);
    for (let index = random.whole(1, 4); index > 0; index--) {
      const before = named.length;
      const branch = notUnion(namespace, depth + 1);
      // A second array or map is dropped, and with it what it defines.
      if (branches.has(branch.branch)) named.length = before;
      else branches.set(branch.branch, branch);
    }
    const all = [...branches.values()];
    return {
      schema: all.map((branch) => branch.schema),
      branch: '',
      value: (budget) => {
        const branch = budget > 0 ? random.pick(all) : primitive('null', () => null);
        return branch.branch === 'null' ? null : { [branch.branch]: branch.value(budget) };
      },
      json: (value) => {
        if (value === null) return 'null';
        const [[name, inner] = ['', undefined]] = Object.entries(value as object);
        const branch = branches.get(name);
        if (branch === undefined) throw new Error(`the union has no branch ${name}`);
        return branch.json(inner);
      },
    };
  };

  const lengthWithin = (budget: number) => (budget > 0 ? random.whole(0, 4) : 0);

  const array = (namespace: string, depth: number): RandomType => {
    const items = type(namespace, depth + 1);
    return {
      schema: { type: 'array', items: items.schema },
      branch: 'array',
      value: (budget) => Array.from({ length: lengthWithin(budget) }, () => items.value(budget - 1)),
      json: (value) => `[${(value as unknown[]).map((item) => items.json(item)).join(',')}]`,
    };
  };

  const map = (namespace: string, depth: number): RandomType => {
    const values = type(namespace, depth + 1);
    return {
      schema: { type: 'map', values: values.schema },
      branch: 'map',
      value: (budget) =>
        Object.fromEntries(Array.from({ length: lengthWithin(budget) }, () => [string(), values.value(budget - 1)])),
      json: (value) =>
        `{${Object.entries(value as object)
          .map(([key, item]) => `${JSON.stringify(key)}:${values.json(item)}`)
          .join(',')}}`,
    };
  };

  const known = (namespace: string): RandomType | undefined => {
    const reachable = named.filter((one) => one.full.includes('.') || namespace === '');
    if (reachable.length === 0) return undefined;
    const { type: of, full } = random.pick(reachable);
    const short = full.slice(full.lastIndexOf('.') + 1);
    const schema = full === `${namespace}.${short}` && random.chance(0.5) ? short : full;
    // A record that is referred to may be around this place: only an optional one surely ends.
    return optional({ ...of, schema });
  };

  const notUnion = (namespace: string, depth: number): RandomType => {
    const kind = depth > 4 ? 'primitive' : random.pick(['primitive', 'primitive', 'named', 'named', 'array', 'map']);
    if (kind === 'named') return define(namespace, depth);
    if (kind === 'array') return array(namespace, depth);
    if (kind === 'map') return map(namespace, depth);
    return random.pick(primitives)();
  };

  const type = (namespace: string, depth: number): RandomType => {
    if (!sized && random.chance(0.05)) return primitive('null', () => null);
    if (depth > 0 && random.chance(0.25)) return union(namespace, depth);
    if (random.chance(0.15)) return known(namespace) ?? notUnion(namespace, depth);
    return notUnion(namespace, depth);
  };

  return type('', 0);
}
