/** How a container file begins: https://avro.apache.org/docs/1.12.0/specification/#object-container-files */
export const magic = Buffer.from('Obj\u0001');

/** The size of the marker that follows the header and each block. */
export const markerBytes = 16;

/** What the header calls the schema and the compression of blocks. */
export const schemaKey = 'avro.schema';
export const codecKey = 'avro.codec';
