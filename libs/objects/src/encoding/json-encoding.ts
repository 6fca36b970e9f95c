import { constants, crc32, deflateRawSync } from 'node:zlib';
import { writeDigits } from './decimal-digits.ts';
import { compressedBytes, type ObjectFormat, type RowEncoding } from './row-encoding.ts';

const json: ObjectFormat = { name: 'JSON', extension: 'json.gz', contentType: 'application/gzip' };

/** A gzip member's header: deflate, no name, no time, an unknown system. https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const header = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** A last deflate block that holds nothing. https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
const emptyLastBlock = [0x03, 0x00];

/** So that their ids fit into an object's metadata. */
const mostSchemas = 50;

const [closeBrace, comma, lineFeed] = [0x7d, 0x2c, 0x0a];

/**
 * Gzip JSON lines in one member: `{"_kafka":{"topic":…,"partition":…,"offset":…},` and then the event's fields.
 *
 * Each block is deflated separately and flushed to a byte boundary, so that the blocks together are one deflate stream.
 *
 * @param schemaId the registry's id of the contract's schema, or of the first record's
 */
export function jsonEncoding(
  unit: { topic: string; partition: number },
  { schemaId, level }: { schemaId: number; level: number },
): RowEncoding {
  const place = Buffer.from(`{"_kafka":{"topic":${JSON.stringify(unit.topic)},"partition":${unit.partition},"offset":`);
  const schemaIds = new Set<number>();
  let checksum = 0;
  let size = 0;
  return {
    format: json,
    schemaId,
    get schemaIds() {
      return [...schemaIds];
    },
    takes: ({ schema }) => schemaIds.has(schema.id) || schemaIds.size < mostSchemas,
    writeRow(record, out) {
      out.bytes(place);
      writeDigits(record.offset, out);
      out.byte(closeBrace);
      const brace = out.length;
      record.writeJson(out, 'row');
      schemaIds.add(record.schema.id);
      // The record's own opening brace becomes the comma; a record without fields leaves none to separate.
      if (out.buffer[brace + 1] === closeBrace) {
        out.buffer[brace] = closeBrace;
        out.length = brace + 1;
      } else out.buffer[brace] = comma;
      out.byte(lineFeed);
    },
    header: () => header,
    block(rows) {
      checksum = crc32(rows, checksum);
      size += rows.length;
      return deflateRawSync(rows, { level, chunkSize: compressedBytes, finishFlush: constants.Z_SYNC_FLUSH });
    },
    end() {
      const trailer = Buffer.from([...emptyLastBlock, 0, 0, 0, 0, 0, 0, 0, 0]);
      trailer.writeUInt32LE(checksum, 2);
      trailer.writeUInt32LE(size % 2 ** 32, 6);
      return trailer;
    },
  };
}
