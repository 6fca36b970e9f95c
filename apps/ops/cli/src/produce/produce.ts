import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { contracts, topicName, type EventContract } from '@sluice/contracts';
import { produceLines } from '@sluice/operations';
import { progress } from '@sluice/terminal';
import { describeError } from '@sluice/telemetry';
import { withOperations } from '../clients/with-operations.ts';
import { counted, jsonLine, printLines } from '../terminal/output.ts';
import { UserError } from '../user-error.ts';

/** So many refused lines are named; the others are counted. */
const mostNamed = 20;

/**
 * Publishes the events of a file or of standard input.
 *
 * @returns the exit code: 1 when a line was refused
 * @throws UserError when there is no such event or file
 */
export async function produceFromInput(options: {
  topic: string;
  file: string | undefined;
  keepGoing: boolean;
  dryRun: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { topic, keepGoing, dryRun, json, environment, signal } = options;
  const contract = contractFor(topic);
  const input = await openInput(options.file);
  if (options.file === undefined && process.stdin.isTTY)
    process.stderr.write('Type one JSON object per line, and Ctrl-D at the end.\n');
  const shown = progress(process.stderr);
  let named = 0;
  const produced = await withOperations(environment, signal, (access) =>
    produceLines(access, {
      ...{ contract, keepGoing, dryRun, signal, lines: linesOf(input) },
      onRefused(line, reason) {
        if (++named <= mostNamed) shown.say(`line ${line}: ${reason}`);
      },
      onPublished: (total) => shown.show(`${topic}: events published`, total),
    }),
  ).finally(() => {
    shown.end();
    input.destroy();
  });
  if (json) {
    process.stdout.write(jsonLine({ topic, ...produced, dryRun }));
    return produced.refused === 0 ? 0 : 1;
  }
  const done = dryRun ? 'would be published' : produced.published === 1 ? 'was published' : 'were published';
  const refused = produced.refused === 0 ? '' : `; ${counted(produced.refused, 'line')} refused`;
  const stopped = produced.refused > 0 && !keepGoing ? '. The lines after it were not read' : '';
  printLines([`${counted(produced.published, 'event')} of ${topic} ${done}${refused}${stopped}.`]);
  return produced.refused === 0 ? 0 : 1;
}

function contractFor(topic: string): EventContract {
  const contract = contracts.find((one) => topicName(one) === topic);
  if (contract !== undefined) return contract;
  throw new UserError(
    `There is no contract for ${topic}, so its events cannot be checked; there are ${contracts.map(topicName).join(', ')}.`,
  );
}

async function openInput(file: string | undefined): Promise<Readable> {
  if (file === undefined) return process.stdin;
  try {
    const handle = await open(file);
    if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    throw new UserError(`The file ${file} cannot be read: ${describeError(error)}`);
  }
  throw new UserError(`${file} is a folder, not a file.`);
}

const linesOf = (input: Readable): AsyncIterable<string> => createInterface({ input, crlfDelay: Infinity });
