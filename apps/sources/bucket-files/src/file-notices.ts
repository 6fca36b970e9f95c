import { bucketFilesMetrics, type AppContext } from '@sluice/telemetry';

/** Learns what becomes of files. */
export interface FileNotices {
  /** A file was read to its end. */
  read(): void;
  /** A file was deleted or replaced before it was read to its end. @param lines how many of its lines were read */
  gone(reason: string, lines: number): void;
  /** A file's compressed data cannot be read to its end. */
  damaged(file: string, reason: string): void;
  /** Something about the columns of a file. It is logged once for the same columns. */
  columns(text: string, file: string, columns: readonly string[]): void;
}

/** Reports in the log and the metrics what becomes of files. */
export function fileNotices({ logger, metrics }: Pick<AppContext, 'logger' | 'metrics'>): FileNotices {
  const files = metrics.counter(bucketFilesMetrics.files);
  let lastReported = '';
  return {
    read: () => files.inc({ outcome: 'read' }),
    gone(reason, lines) {
      files.inc({ outcome: 'gone' });
      logger.warn({ reason, lines }, 'a file is gone that was not read to its end');
    },
    damaged(file, reason) {
      files.inc({ outcome: 'damaged' });
      logger.warn(
        { file, reason },
        'a file is damaged: what was readable is published, and it is a dead letter itself',
      );
    },
    columns(text, file, columns) {
      const found = columns.join('\n');
      if (found === lastReported) return;
      lastReported = found;
      logger.warn({ file, columns: columns.slice(0, 20) }, text);
    },
  };
}
