import { ByteWriter } from '@sluice/schemas';

/** Writers of request bodies, to be used again: their buffers are large, and new ones cost. */
export interface IdleWriters {
  take(): ByteWriter;
  giveBack(writer: ByteWriter): void;
}

/** Buffers that nobody has used for so long are given back to the system: an idle sink holds none. */
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
      // Restarted, not set again: this happens with every request.
      if (timer === undefined) {
        timer = setTimeout(() => {
          idle = [];
          timer = undefined;
        }, keptMs).unref();
      } else timer.refresh();
    },
  };
}
