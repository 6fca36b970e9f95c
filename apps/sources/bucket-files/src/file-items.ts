import type { FileStore, FoundFile } from '@sluice/objects';
import type { SourceItem } from '@sluice/source';
import type { LineContents, LineForm } from './event/line-reader.ts';
import type { FileNotices } from './file-notices.ts';
import { fileId, type DoneFiles, type Position } from './files/done-files.ts';
import type { NewFile } from './files/new-files.ts';
import { wholeBytes } from './files/whole-bytes.ts';
import { splitLines, type Line } from './lines/split-lines.ts';
import { DamagedFile, unpacked } from './lines/unpacked.ts';

export interface FileReading {
  store: FileStore;
  form: LineForm;
  done: DoneFiles;
  maxLineBytes: number;
  /** How long the next bytes may take. */
  timeoutMs: number;
  notices: FileNotices;
  signal: AbortSignal;
}

/** An item without its cursor. */
type Item = { value: object; replacedSurrogates?: number } | { refused: Refused };
type Refused = Extract<SourceItem<object>, { refused: unknown }>['refused'];

/** An item, and how many lines of its file are passed with it. */
interface Step {
  item: Item;
  lines: number;
}

/**
 * The events and refusals of one file, in order. The cursor of the last one says that the file is done.
 *
 * @param from where to continue, in a file that was begun before
 * @throws FileGone, and an Error in one sentence where the file cannot be read now
 */
export async function* fileItems(
  reading: FileReading,
  { file, handled }: NewFile,
  from?: Position,
): AsyncGenerator<SourceItem<object>> {
  const { done } = reading;
  const within = done.cursor();
  let last: Step | undefined;
  for await (const step of steps(reading, file, from?.lines ?? 0)) {
    if (last !== undefined) yield withCursor(last, (lines) => within({ file, lines }));
    last = step;
  }
  done.add(file);
  const after = done.cursor();
  if (last === undefined) handled?.();
  else
    yield Object.assign(
      withCursor(last, () => after()),
      handled !== undefined && { acknowledge: handled },
    );
}

/** The text is made only on demand: of a chunk's items the last one's is used. */
function withCursor({ item, lines }: Step, cursorAt: (lines: number) => string): SourceItem<object> {
  const step = {
    get cursor() {
      return cursorAt(lines);
    },
  };
  return Object.assign(step, item);
}

async function* steps(reading: FileReading, file: FoundFile, passed: number): AsyncGenerator<Step> {
  const { store, form, maxLineBytes, notices, signal } = reading;
  const address = `${store.url}/${file.name}`;
  const [id, fileTime] = [fileId(file), new Date(file.createdMs)];
  const placeOf = ({ line }: Line) => ({ id: `${id}-${line}`, fileTime });
  const reader = form.begin((text, columns) => notices.columns(text, address, columns));
  const chunks = wholeBytes(await store.open(file, signal), { ...reading, what: address, bytes: file.bytes });
  let lines = 0;
  try {
    for await (const group of splitLines(unpacked(chunks), { maxBytes: maxLineBytes, quoting: form.quoting })) {
      // Those that were passed are read too, as the first may be a header.
      const contents = reader.read(group, placeOf);
      for (const [at, line] of group.entries()) {
        lines++;
        const found = contents[at];
        if (found !== undefined && lines > passed) yield { item: itemOf(found, line, address), lines };
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    notices.damaged(address, error.message);
    // Once too: the position after it is that of the file's end.
    const refused = { bytes: Buffer.alloc(0), reason: error.message, errorClass: 'damaged', origin: address };
    if (lines + 1 > passed) yield { item: { refused }, lines: lines + 1 };
  }
}

function itemOf(contents: LineContents, { bytes, line }: Line, address: string): Item {
  if ('value' in contents) return contents;
  const { reason, errorClass } = contents;
  return { refused: { bytes, reason, errorClass, origin: `${address}, line ${line}` } };
}
