import { styleText } from 'node:util';
import { applyReset, planReset, type OffsetMove, type ResetOptions, type ResetPlan } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count, counted, jsonLine, printLines } from '../terminal/output.ts';

const columns: readonly Column<OffsetMove>[] = [
  { title: 'partition', text: ({ topic, partition }) => `${topic}-${partition}` },
  { title: 'committed', text: ({ from }) => (from === undefined ? 'nothing' : String(from)), side: 'right' },
  { title: 'continues at', text: ({ to }) => String(to), side: 'right' },
  { title: 'read again', text: ({ again }) => (again === 0n ? '–' : count(again)), side: 'right' },
  { title: 'left out', text: ({ leftOut }) => (leftOut === 0n ? '–' : count(leftOut)), side: 'right' },
];

/**
 * Shows what a reset does and, with `execute`, does it.
 *
 * @returns the exit code: 1 where the group is active
 * @throws OperationRefused when a group, topic, partition or offset does not exist
 */
export async function resetOffsets(
  options: ResetOptions & { execute: boolean; json: boolean; environment: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<number> {
  const { execute, json, environment, signal, ...wanted } = options;
  return withOperations(environment, signal, async (access) => {
    const plan = await planReset(access, wanted);
    const isDone = execute && plan.refusal === undefined && plan.moves.length > 0;
    if (isDone) await applyReset(access, plan);
    if (json) process.stdout.write(jsonLine({ ...plan, refusal: plan.refusal ?? null, executed: isDone }));
    else printLines(planLines(plan, execute));
    return plan.refusal === undefined ? 0 : 1;
  });
}

function planLines({ group, moves, warnings, refusal }: ResetPlan, execute: boolean): string[] {
  const paint = (style: 'yellow' | 'red' | 'green', text: string) => styleText(style, text, { stream: process.stdout });
  if (moves.length === 0) return [`The group ${group} is there already. Nothing was changed.`];
  const outcome =
    refusal !== undefined
      ? paint('red', `${refusal} Nothing was changed.`)
      : execute
        ? paint('green', `The group ${group} continues there: ${counted(moves.length, 'partition')} changed.`)
        : 'Dry run: nothing was changed. Add --execute to do it.';
  return [
    ...fittingTable(columns, moves, process.stdout),
    '',
    ...warnings.map((warning) => paint('yellow', warning)),
    outcome,
  ];
}
