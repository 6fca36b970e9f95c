/** What reads a contract: Avro readers, people and apps by its annotation, the index mapping, the table, and TypeScript code. */
export const layers = ['avro', 'contract', 'mapping', 'table', 'types'] as const;
export type Layer = (typeof layers)[number];

/**
 * From the worst to the least:
 * - `breaking`: events that exist, or destinations that exist, do not go with the new contract.
 * - `readers-first`: safe where all readers have the new contract before the first event is written with it.
 * - `harmless`: safe in any order.
 */
export const severities = ['breaking', 'readers-first', 'harmless'] as const;
export type Severity = (typeof severities)[number];

interface Rule {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Why the change is judged so, as one sentence. */
  readonly why: string;
}

const breaking = (layer: Layer, why: string): Rule => ({ layer, severity: 'breaking', why });
const readersFirst = (layer: Layer, why: string): Rule => ({ layer, severity: 'readers-first', why });
const harmless = (layer: Layer, why: string): Rule => ({ layer, severity: 'harmless', why });

/** All rules, stricter than a schema registry's: it compares Avro only, and leaves out names, logical types and docs. */
export const rules = {
  'contract-removed': breaking('contract', 'Events of the topic exist, and no sink delivers them any more.'),
  'contract-added': harmless('contract', 'Nothing reads or writes it yet.'),
  'topic-changed': breaking('contract', 'The old topic, index, objects and table are left behind.'),
  'key-changed': breaking('contract', 'Events of one key go to another partition and lose their order.'),
  'id-changed': breaking('contract', 'An event that is delivered again becomes a second document.'),
  'time-changed': breaking('contract', 'Events go to the indices and partitions of other days.'),
  'arrival-changed': breaking('contract', 'Copies of one event are compared with another field left out.'),
  'rotation-changed': breaking('contract', 'An event that is delivered again goes to another index.'),
  'time-zone-changed': breaking('contract', 'An event that is delivered again goes to the index of another day.'),
  'internal-changed': breaking('contract', 'Sinks start or stop to deliver the topic.'),
  'refused-given-up': breaking('contract', 'Events with a value that a destination refuses are no longer delivered.'),
  'refused-rescued': harmless(
    'contract',
    'Events with a value that a destination refuses are delivered, and it is aside.',
  ),

  'name-changed': breaking('avro', 'A reader finds a record of another name; name the old one in `aliases`.'),
  'record-renamed': harmless('avro', 'Readers find the old name in `aliases`.'),
  'alias-removed': breaking('avro', 'Events that were written under the old name can no longer be read.'),
  'alias-added': harmless('avro', 'Readers accept one more name.'),
  'field-added': harmless('avro', 'Old events get the default.'),
  'field-added-without-default': breaking('avro', 'Old events do not have the field; give it a default.'),
  'field-removed': readersFirst('avro', 'Readers with the old contract get its default.'),
  'field-removed-without-default': breaking('avro', 'Readers with the old contract need the field.'),
  'default-added': harmless('avro', 'Events without the field can be read.'),
  'default-removed': breaking('avro', 'Events that were written before the field existed can no longer be read.'),
  'default-changed': readersFirst(
    'avro',
    'Readers with the old and the new contract read another value from one event.',
  ),
  'type-changed': breaking('avro', 'Values of the old type cannot be read as the new type.'),
  'type-widened': readersFirst('avro', 'Readers with the old contract cannot read the wider type.'),
  'null-added': readersFirst('avro', 'Readers with the old contract cannot read null.'),
  'branch-added': readersFirst('avro', 'Readers with the old contract cannot read the new branch.'),
  'branch-removed': breaking('avro', 'Events with a value of this branch can no longer be read.'),
  'enum-symbol-added': readersFirst('avro', 'Readers with the old contract get the default of the enum.'),
  'enum-symbol-added-without-default': breaking('avro', 'Readers with the old contract cannot read the new symbol.'),
  'enum-symbol-removed': breaking('avro', 'Events with this symbol can no longer be read as what they are.'),
  'enum-symbols-reordered': harmless('avro', 'Readers find symbols by name.'),
  'enum-default-added': harmless('avro', 'Readers can read symbols that they do not know.'),
  'enum-default-removed': breaking('avro', 'Readers cannot read a symbol that is added later.'),
  'enum-default-changed': readersFirst('avro', 'Readers with the old and the new contract read another symbol.'),
  'enum-without-default': breaking('avro', 'No symbol can ever be added to it; give it a default such as UNKNOWN.'),
  'fixed-size-changed': breaking('avro', 'Values of the old size cannot be read.'),
  'logical-type-changed': breaking('avro', 'The bytes can be read, and mean something else.'),
  'decimal-scale-changed': breaking('avro', 'The bytes can be read, and mean another number.'),
  'decimal-narrowed': breaking('avro', 'Numbers that were valid have too many digits.'),
  'decimal-widened': readersFirst('avro', 'Readers with the old contract may meet more digits.'),
  'fields-reordered': harmless('avro', 'Readers find fields by name.'),

  'doc-missing': breaking('contract', 'A field that is not explained cannot be used; give it a `doc`.'),
  'doc-removed': breaking('contract', 'A field that is not explained cannot be used; keep its `doc`.'),
  'doc-changed': harmless('contract', 'Only the explanation differs.'),
  'number-without-unit': breaking(
    'contract',
    'A number needs a unit: end its name with one such as _ms, _bytes or _percent, or set `kind` to counter or gauge.',
  ),
  'decimal-without-precision': breaking(
    'contract',
    'Without a precision there is no type for it; give it the digits that it needs.',
  ),
  'kind-changed': breaking('contract', 'Charts and queries that take rates or averages of the field become wrong.'),
  'kind-added': harmless('contract', 'Charts know more about the field.'),

  'field-renamed': breaking('mapping', 'Documents and rows that exist keep the old name.'),
  'mapping-changed': breaking('mapping', 'Elasticsearch cannot change the mapping of a field in an index that exists.'),
  'mapping-widened': readersFirst(
    'mapping',
    'It takes effect with the next index; larger values are not indexed before.',
  ),
  'mapping-impossible': breaking('mapping', 'No index template can be derived.'),

  'column-changed': breaking('table', 'BigQuery cannot change the type or mode of a column that exists.'),
  'partitioning-changed': breaking('table', 'BigQuery cannot change the partitioning of a table that exists.'),
  'clustering-changed': breaking('table', 'Rows that exist keep their old order, and loads expect the old columns.'),
  'table-impossible': breaking('table', 'No table can be derived.'),

  'property-removed': readersFirst('types', 'Code that uses the property no longer compiles.'),
  'property-type-changed': readersFirst('types', 'Code that uses the property may no longer compile.'),
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
