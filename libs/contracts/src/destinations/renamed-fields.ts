import { SchemaNames, type AvroSchema, type Place } from '@sluice/avro';
import { columnNames, documentNames, rowNames } from './field-names.ts';

const namesIn = { documents: documentNames, rows: rowNames, columns: columnNames };

/**
 * The fields that are renamed in documents, in rows of BigQuery, or in columns of PostgreSQL, from their path to the new name: `{ 'parts._PARTITION': 'field_PARTITION' }`. A type
 * that occurs at several places is listed at the first.
 */
export function renamedFields(
  schema: AvroSchema,
  of: keyof typeof namesIn,
  references: readonly AvroSchema[] = [],
): Record<string, string> {
  const names = new SchemaNames([...references, schema]);
  const namesOf = namesIn[of];
  const seen = new Set<string>();
  const found: [path: string, name: string][] = [];
  const look = (place: Place, path: string): void => {
    const shape = names.shape(place);
    if (shape.kind === 'array') look(shape.items, path);
    if (shape.kind === 'map') look(shape.values, path);
    if (shape.kind === 'union') for (const branch of shape.branches) look(branch, path);
    if (shape.kind !== 'record' || seen.has(shape.full)) return;
    seen.add(shape.full);
    const { fields } = shape.schema;
    const renamed = namesOf(
      fields.map(({ name }) => name),
      path === '',
    );
    for (const { name, type } of fields) {
      const inner = `${path}${path === '' ? '' : '.'}${name}`;
      const there = renamed.get(name);
      if (there !== undefined && there !== name) found.push([inner, there]);
      look({ schema: type, namespace: shape.namespace }, inner);
    }
  };
  look({ schema, namespace: '' }, '');
  return Object.fromEntries(found);
}
