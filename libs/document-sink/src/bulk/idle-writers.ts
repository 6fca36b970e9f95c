import { ByteWriter } from '@sluice/avro';

/** Writers of request bodies for reuse: their buffers are large, and new ones are expensive. */
export interface IdleWriters {
  take(): ByteWriter;
  giveBack(writer: ByteWriter): void;
}

/** Buffers that have been unused for so long are released, so an idle sink holds none. */
const keptMs = 10_000;

/** @param mostBytes a writer that grew beyond this, over a single huge document, is not kept */
export function idleWriters(mostBytes: number): IdleWriters {
  let idle: ByteWriter[] = [];
  let timer: NodeJS.Timeout | undefined;
  return {
    take: () => idle.pop() ?? new ByteWriter(),
    giveBack(writer) {
      if (writer.buffer.length > mostBytes) return;
      idle.push(writer);
      // Refreshed, not set again, as this happens with every request.
      if (timer === undefined) {
        timer = setTimeout(() => {
          idle = [];
          timer = undefined;
        }, keptMs).unref();
      } else timer.refresh();
    },
  };
}
