import { long, text } from '@sluice/avro/testing';

/** A writer's schema that continues the contract's, and the bytes of what it adds. */
export interface OddSchema {
  name: string;
  id: number;
  bytes: Buffer;
  /** Set where the local registry refuses the schema and others do not: the scenario then answers with it. */
  unregistered?: string;
}

interface Reference {
  name: string;
  subject: string;
  version: number;
}

/** Ids that no registry gives. */
let unregisteredId = 1_900_000_000;

const strings = (...names: string[]) => names.map((name) => ({ name, type: 'string' }));

/**
 * Registers schemas that real producers have, and that tools stumble over.
 *
 * @param options.base the id of the contract's schema
 * @param options.suffix makes other schemas of them
 */
export async function oddSchemas(options: {
  registryUrl: string;
  base: number;
  suffix?: string;
}): Promise<OddSchema[]> {
  const { registryUrl, base, suffix = '' } = options;
  const ask = async (path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${registryUrl}/${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const register = async (name: string, schema: object, references: Reference[] = []) => {
    const subject = `hostile-${name.replaceAll(/\W+/g, '-')}${suffix}`;
    const { status, body } = await ask(`subjects/${subject}/versions`, { schema: JSON.stringify(schema), references });
    return status === 200
      ? { subject, id: Number(body['id']) }
      : { subject, id: unregisteredId++, unregistered: JSON.stringify(schema) };
  };
  const found = await ask(`schemas/ids/${base}`);
  const contract = JSON.parse(String(found.body['schema'])) as { fields: object[] };
  const withFields = (...fields: object[]) => ({ ...contract, doc: suffix, fields: [...contract.fields, ...fields] });

  const simple: [name: string, fields: object[], bytes: Buffer][] = [
    ['names that differ in case', strings('Interest', 'INTEREST'), Buffer.concat([text('a'), text('b')])],
    ['reserved names', strings('_id', '_source', '_PARTITIONTIME'), Buffer.concat([text('a'), text('b'), text('c')])],
    [
      'names of JavaScript',
      strings('constructor', 'toString', '__proto__'),
      Buffer.concat([text('a'), text('b'), text('c')]),
    ],
    ['an invalid default', [{ name: 'extra', type: 'long', default: 'none' }], long(1)],
  ];
  const odd: OddSchema[] = [];
  for (const [name, fields, bytes] of simple) {
    odd.push({ name, bytes, ...(await register(name, withFields(...fields))) });
  }

  const record = (name: string, ...fields: object[]) => ({ type: 'record', name, namespace: 'sluice.odd', fields });
  const shared = await register('shared', record('Shared', { name: 'n', type: 'long' }));
  const toShared = [{ name: 'sluice.odd.Shared', subject: shared.subject, version: 1 }];
  const side = (name: string) => register(name, record(name, { name: 'shared', type: 'sluice.odd.Shared' }), toShared);
  const [left, right] = [await side('Left'), await side('Right')];
  const both = [
    { name: 'sluice.odd.Left', subject: left.subject, version: 1 },
    { name: 'sluice.odd.Right', subject: right.subject, version: 1 },
  ];
  const fields = [
    { name: 'left', type: 'sluice.odd.Left' },
    { name: 'right', type: 'sluice.odd.Right' },
  ];
  const diamond = await register('diamond', withFields(...fields), both);
  odd.push({ name: 'a diamond of references', ...diamond, bytes: Buffer.concat([long(1), long(2)]) });
  return odd;
}
