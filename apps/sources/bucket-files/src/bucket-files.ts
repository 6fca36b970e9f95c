import { contracts, type EventContract } from '@sluice/contracts';
import { FileGone } from '@sluice/objects';
import { runSource, type Source, type SourceItem } from '@sluice/source';
import { FatalError, type AppContext } from '@sluice/telemetry';
import { columnsOf, renamingOf, separatorOf, type BucketFilesConfig } from './config.ts';
import { csvForm, jsonForm, type LineForm } from './event/line-reader.ts';
import { DoneFiles, type Position } from './files/done-files.ts';
import { newFiles, type NewFile, type Search } from './files/new-files.ts';
import { fileItems, type FileReading } from './file-items.ts';
import { fileNotices } from './file-notices.ts';
import { openStore } from './open-store.ts';

/** Publishes the lines of files, until it is stopped, or once. */
export async function runBucketFiles(config: BucketFilesConfig, context: AppContext): Promise<void> {
  const contract = contractOf(config);
  const { store, prefix, notifications } = await openStore(config, context);
  const source = bucketFiles({
    store,
    prefix,
    notifications,
    match: config.BUCKET_FILES_MATCH,
    form: formOf(config, contract),
    refreshMs: config.BUCKET_FILES_REFRESH_MS,
    isOnce: config.BUCKET_FILES_ONCE,
    lateMs: config.BUCKET_FILES_LATE_MS,
    maxLineBytes: config.BUCKET_FILES_LINE_BYTES,
    timeoutMs: config.BUCKET_FILES_TIMEOUT_MS,
    notices: fileNotices(context),
  });
  try {
    await runSource({ source, contract, config, context, cursors: true });
  } finally {
    await notifications?.close();
    store.close();
  }
}

function contractOf({ BUCKET_FILES_TOPIC }: BucketFilesConfig): EventContract<object> {
  const found = contracts.filter(isOfObjects).find(({ topic }) => topic === BUCKET_FILES_TOPIC);
  if (found === undefined) throw new FatalError(`there is no event with the topic ${BUCKET_FILES_TOPIC}`);
  return found;
}

/** Every event is a record. */
const isOfObjects = (contract: EventContract): contract is EventContract<object> => contract.schema.type === 'record';

function formOf(config: BucketFilesConfig, contract: EventContract<object>): LineForm {
  const renaming = renamingOf(config);
  if (config.BUCKET_FILES_FORMAT === 'json') return jsonForm(contract, renaming);
  const csv = { separator: separatorOf(config), quote: config.BUCKET_FILES_CSV_QUOTE };
  return csvForm(contract, { csv, given: columnsOf(config), renaming });
}

type BucketFilesOptions = Omit<FileReading & Search, 'done' | 'signal'> & { lateMs: number };

/**
 * The events of the lines of files, the oldest file first. A line that is not an event is refused with its file and its number.
 *
 * What comes after a cursor depends on the files alone, and a store's files do not change under their versions: so each line is published
 * once (G8).
 */
function bucketFiles(options: BucketFilesOptions): Source<object> {
  const { store, prefix, lateMs, notices } = options;
  return {
    async *read({ signal, cursor }) {
      const done = new DoneFiles(`${store.url}/${prefix}`, lateMs);
      const position = cursor === undefined ? undefined : done.restore(cursor);
      const reading = { ...options, done, signal };
      if (position !== undefined) yield* readFile({ file: position.file }, position);
      for await (const next of newFiles(reading)) yield* readFile(next);

      async function* readFile(next: NewFile, from?: Position): AsyncGenerator<SourceItem<object>> {
        try {
          yield* fileItems(reading, next, from);
          notices.read();
        } catch (error) {
          if (!(error instanceof FileGone)) throw error;
          notices.gone(error.message, from?.lines ?? 0);
          done.add(next.file);
          next.committed?.();
        }
      }
    },
  };
}
