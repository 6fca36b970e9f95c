declare module 'lz4js' {
  interface Lz4 {
    /**
     * Writes one block into `to`; gives its length, or 0 where nothing can be saved.
     *
     * @param hashTable 65,536 zeros; with those of an earlier block the block would refer to that one
     */
    compressBlock(from: Uint8Array, to: Uint8Array, start: number, length: number, hashTable: Int32Array): number;
    /** Reads one LZ4 frame. */
    decompress(frame: Uint8Array): Uint8Array;
  }
  const lz4: Lz4;
  export default lz4;
}
declare module 'snappyjs' {
  interface Snappy {
    /** One raw snappy block, without framing. */
    compress(bytes: Buffer): Buffer;
    uncompress(block: Buffer): Buffer;
  }
  const snappy: Snappy;
  export default snappy;
}
