import { s3AccessSettings } from '@sluice/connector-aws';
import { gcsAccessSettings } from '@sluice/connector-google';
import { settings, type Config, type Rule } from '@sluice/config';
import { contracts } from '@sluice/contracts';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceSettings } from '@sluice/source';
import { placeOf } from './files/place.ts';

const topics = contracts.map(({ topic }) => topic);

export const bucketFilesSettings = {
  BUCKET_FILES_FROM: settings.text({
    description: 'Where the files are: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, or a folder',
    example: 's3://my-bucket/metrics/',
  }),
  BUCKET_FILES_TOPIC: settings.choice(topics, {
    description: 'Topic of the events that the lines are: its contract has the fields',
    example: 'event-rates',
  }),
  BUCKET_FILES_MATCH: settings.optional(
    settings.text({
      description: 'Which files to read: a glob pattern for names below the prefix or the folder; all unless set',
      example: '**/*.csv.gz',
    }),
  ),
  BUCKET_FILES_FORMAT: settings.choice(['csv', 'json'], {
    description: 'csv, or json for one JSON object a line; gzip is recognised by itself',
    default: 'csv',
  }),
  BUCKET_FILES_CSV_COLUMNS: settings.optional(
    settings.text({
      description:
        'Fields of the columns, in their order, for files without a header; an empty name leaves a column out',
      example: 'time,host,,value',
    }),
  ),
  BUCKET_FILES_CSV_SEPARATOR: settings.text({
    description: 'What separates the fields of CSV: some characters, or tab',
    default: ',',
  }),
  BUCKET_FILES_CSV_QUOTE: settings.text({
    description: 'The character that fields of CSV are quoted with; doubled within, it stands for itself',
    default: '"',
  }),
  BUCKET_FILES_RENAME: settings.optional(
    settings.texts({
      description: 'Columns or members that have another name than their field: COLUMN=FIELD, separated by commas',
      example: 'ts=time,hostname=host',
    }),
  ),
  BUCKET_FILES_REFRESH_MS: settings.integer({
    description: 'How often to look for new files',
    default: '10000',
    min: 10,
    max: 86_400_000,
  }),
  BUCKET_FILES_QUEUE: settings.optional(
    settings.text({
      description:
        'Where the store tells of new files: the address of a queue of SQS, or projects/PROJECT/subscriptions/NAME of Pub/Sub. Files are then read as they come, and looked for every BUCKET_FILES_REFRESH_MS all the same',
      example: 'https://sqs.eu-central-1.amazonaws.com/123456789012/files',
    }),
  ),
  BUCKET_FILES_ONCE: settings.flag({
    description: 'Whether to end when all files are read that are there at the start',
    default: 'false',
  }),
  BUCKET_FILES_LATE_MS: settings.integer({
    description:
      'How much older than the newest file that was read one may be that appears after it, by the time of its store',
    default: '86400000',
    min: 0,
    max: 2_592_000_000,
  }),
  BUCKET_FILES_LINE_BYTES: settings.integer({
    description: 'The longest line; a longer one becomes a dead letter, cut to this length',
    default: '65536',
    min: 256,
    max: 900_000,
  }),
  BUCKET_FILES_TIMEOUT_MS: settings.integer({
    description: 'How long the store may take to answer, and to bring the next bytes of a file',
    default: '60000',
    min: 1_000,
    max: 3_600_000,
  }),
  ...s3AccessSettings,
  ...gcsAccessSettings,
  ...sourceSettings,
};

export type BucketFilesConfig = Config<typeof bucketFilesSettings>;

/** What a tab is called in the settings, where blanks at the ends are cut off. */
export const separatorOf = ({
  BUCKET_FILES_CSV_SEPARATOR: text,
}: Pick<BucketFilesConfig, 'BUCKET_FILES_CSV_SEPARATOR'>) => (text === 'tab' || text === '\\t' ? '\t' : text);

/** The field of each column that has another name. */
export const renamingOf = ({ BUCKET_FILES_RENAME = [] }: Pick<BucketFilesConfig, 'BUCKET_FILES_RENAME'>) =>
  new Map(
    BUCKET_FILES_RENAME.map((pair): [string, string] => {
      const at = pair.lastIndexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );

/** The columns of files without a header. */
export const columnsOf = ({ BUCKET_FILES_CSV_COLUMNS }: Pick<BucketFilesConfig, 'BUCKET_FILES_CSV_COLUMNS'>) =>
  BUCKET_FILES_CSV_COLUMNS?.split(',').map((name) => name.trim());

/** How each store's queue is named; a folder has none. */
const queueForms = { s3: /^https?:\/\//, gs: /^projects\/[^/]+\/subscriptions\/[^/]+$/, folder: undefined } as const;

export const bucketFilesRules: readonly Rule<typeof bucketFilesSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ({ BUCKET_FILES_FROM }) =>
    placeOf(BUCKET_FILES_FROM) === undefined
      ? 'BUCKET_FILES_FROM must be s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, or the path of a folder'
      : undefined,
  ({ BUCKET_FILES_QUEUE: queue, BUCKET_FILES_FROM }) => {
    const form = queueForms[placeOf(BUCKET_FILES_FROM)?.store ?? 'folder'];
    return queue === undefined || form?.test(queue) === true
      ? undefined
      : 'BUCKET_FILES_QUEUE must be the https address of a queue of SQS for files in s3://BUCKET/PREFIX, and projects/PROJECT/subscriptions/NAME for files in gs://BUCKET/PREFIX';
  },
  ({ BUCKET_FILES_CSV_QUOTE: quote }) =>
    /^[\x21-\x7e]$/.test(quote) ? undefined : 'BUCKET_FILES_CSV_QUOTE must be one ASCII character',
  (config) =>
    /[\r\n]/.test(separatorOf(config)) || separatorOf(config).includes(config.BUCKET_FILES_CSV_QUOTE)
      ? 'BUCKET_FILES_CSV_SEPARATOR must have neither line breaks nor BUCKET_FILES_CSV_QUOTE'
      : undefined,
  ({ BUCKET_FILES_RENAME = [] }) =>
    BUCKET_FILES_RENAME.some((pair) => !/^[^=].*=\s*\w+$/.test(pair))
      ? 'BUCKET_FILES_RENAME must be pairs COLUMN=FIELD, separated by commas'
      : undefined,
  (config) => unknownField(config),
  (config) => {
    const columns = (columnsOf(config) ?? []).filter((name) => name !== '');
    if (config.BUCKET_FILES_FORMAT === 'json' && columns.length > 0)
      return 'BUCKET_FILES_CSV_COLUMNS is for BUCKET_FILES_FORMAT=csv: members of JSON have names';
    const twice = columns.find((name, at) => columns.indexOf(name) < at);
    return twice === undefined ? undefined : `BUCKET_FILES_CSV_COLUMNS has ${twice} twice`;
  },
];

/** A misspelt field would make every line a dead letter. */
function unknownField(config: BucketFilesConfig): string | undefined {
  const fields = contracts.find(({ topic }) => topic === config.BUCKET_FILES_TOPIC)?.schema.fields ?? [];
  const isKnown = (name: string) => name === '' || fields.some((field) => field.name === name);
  const column = columnsOf(config)?.find((name) => !isKnown(name));
  const renamed = [...renamingOf(config).values()].find((name) => !isKnown(name));
  const [setting, wrong] =
    column === undefined ? ['BUCKET_FILES_RENAME', renamed] : ['BUCKET_FILES_CSV_COLUMNS', column];
  if (wrong === undefined) return undefined;
  const names = fields.map(({ name }) => name).join(', ');
  return `${setting} names ${wrong}, which ${config.BUCKET_FILES_TOPIC} does not have: its fields are ${names}`;
}
