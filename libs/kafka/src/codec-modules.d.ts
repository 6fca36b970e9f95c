declare module 'lz4js' {
  interface Lz4 {
    /** One LZ4 frame. */
    compress(bytes: Uint8Array): Uint8Array;
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
