import { settings } from '@sluice/config';

/** The settings of every sink of objects, without the prefix of its store: a connector names them, such as `S3_OBJECT_BYTES`. */
export const objectSettings = {
  format: settings.choice(['json', 'avro'], {
    description: 'json: gzip JSON lines; avro: Avro container files, with the records as they are in Kafka',
    default: 'json',
  }),
  compressionLevel: settings.integer({
    description: 'Deflate level: higher is smaller and costs more CPU',
    default: '1',
    min: 1,
    max: 9,
  }),
  objectBytes: settings.integer({
    description: 'Size, compressed, at which an object is complete (it ends with the block that passes it)',
    default: '16777216',
    min: 1,
    max: 1_073_741_824,
  }),
  objectRecords: settings.integer({
    description: 'Records with which an object is complete',
    default: '1000000',
    min: 1,
    max: 1_000_000_000,
  }),
  objectWaitMs: settings.integer({
    description: 'How long an object gathers records, from its first one',
    default: '60000',
    min: 1,
    max: 86_400_000,
  }),
  smallObjectBytes: settings.integer({
    description: 'Compressed size below which an object is small: it waits longer, and takes records of any day',
    default: '1048576',
    min: 0,
    max: 1_073_741_824,
  }),
  smallObjectWaitMs: settings.integer({
    description: 'How long a small object gathers records, so that quiet topics do not make floods of tiny objects',
    default: '600000',
    min: 1,
    max: 86_400_000,
  }),
  requestTimeoutMs: settings.integer({
    description: 'How long a request may take, the upload of an object included',
    default: '120000',
    min: 1_000,
    max: 3_600_000,
  }),
};

/** What the conditions of `sizesProblem` are about. */
interface ObjectSizes {
  objectBytes: number;
  waitMs: number;
  smallBytes: number;
  smallWaitMs: number;
}

/**
 * What is wrong with the sizes and waits of objects.
 *
 * @param prefix what the names of the settings begin with, such as `S3_`
 */
export function sizesProblem(prefix: string, sizes: ObjectSizes): string | undefined {
  const { objectBytes, waitMs, smallBytes, smallWaitMs } = sizes;
  if (smallWaitMs < waitMs)
    return `${prefix}SMALL_OBJECT_WAIT_MS must be at least ${prefix}OBJECT_WAIT_MS: a small object waits longer`;
  if (smallBytes > objectBytes) return `${prefix}SMALL_OBJECT_BYTES must be at most ${prefix}OBJECT_BYTES`;
  return undefined;
}

/** What is wrong with the beginning of all names. @param setting its name */
export const prefixProblem = (setting: string, prefix: string): string | undefined =>
  /^[/]|[\r\n]/.test(prefix) || Buffer.byteLength(prefix) > 512
    ? `${setting} must not begin with a slash, nor be longer than 512 bytes`
    : undefined;
