import { contractOf, parseFilter, tailTopic, unknownPaths, type Filter, type TailOptions } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { Interrupted } from '../terminal/interruption.ts';
import { writeSlowly } from '../terminal/output.ts';
import { fieldPaths } from './field-paths.ts';
import { recordLine } from './record-line.ts';
import type { TailForm } from './tail-form.ts';
import { tailReport } from './tail-report.ts';

interface TailCommandOptions extends Pick<TailOptions, 'topic' | 'from'> {
  to: TailOptions['to'] | undefined;
  partitions: readonly number[] | undefined;
  limit: number | undefined;
  perSecond: number | undefined;
  filter: string | undefined;
  fields: readonly string[] | undefined;
  form: TailForm;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Prints a topic's records. What it leaves out and waits for goes to standard error.
 *
 * @returns the exit code: 130 after Ctrl-C
 * @throws FilterSyntaxError, and OperationRefused when there is no such topic or partition
 */
export async function tail(options: TailCommandOptions): Promise<number> {
  const { topic, from, to, partitions, limit, perSecond, form, environment, signal } = options;
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter);
  const paths = options.fields && fieldPaths(options.fields);
  if (filter !== undefined) warnOfUnknownFields(topic, filter);
  const report = tailReport(topic, process.stderr);
  try {
    await withOperations(environment, signal, async (access) => {
      const records = tailTopic(access, {
        ...{ topic, signal, ...(from !== undefined && { from }) },
        ...(to !== undefined && { to }),
        ...(partitions && { partitions }),
        ...(limit !== undefined && { limit }),
        ...(perSecond !== undefined && { perSecond }),
        ...(filter && { filter }),
      });
      report.begin(records.counts, { isLive: to === undefined });
      for await (const item of records) {
        if (item.kind !== 'record') report.show(item);
        else await report.around(() => writeSlowly(`${recordLine(item.record, form, paths, process.stdout)}\n`));
      }
    });
    return signal.aborted ? 130 : 0;
  } catch (error) {
    // To end a live tail, people press Ctrl-C.
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    report.end();
  }
}

function warnOfUnknownFields(topic: string, filter: Filter): void {
  const contract = contractOf(topic);
  if (contract === undefined) return;
  for (const { path, suggestion } of unknownPaths(filter, contract))
    process.stderr.write(
      `The contract of ${topic} has no field ${path}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}\n`,
    );
}
