import { Command, InvalidArgumentError } from 'commander';
import type { ResetTarget } from '@sluice/operations';
import { appendValue, parseTime, wholeNumber } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';
import { resetOffsets } from './reset-offsets.ts';

/** `sluice reset-offsets`: has a stopped group continue elsewhere. */
export const resetOffsetsCommand = (): Command =>
  new Command('reset-offsets')
    .description(
      'have a stopped consumer group continue elsewhere. Without --execute it only shows what would happen, and what a destination would receive twice',
    )
    .argument('<group>', 'the consumer group')
    .option(
      '--to <where>',
      'start, end, an offset, a time such as 2026-11-21T10:00:00Z, or an age such as 2h',
      resetTarget,
    )
    .option('--by <count>', 'so many offsets on, or back: -100', shift)
    .option('--topic <name>', 'this topic; may be repeated (default: all that the group has committed)', appendValue)
    .option('--partition <number>', 'this partition; may be repeated (default: all)', appendNumber)
    .option('--execute', 'do it')
    .option('--json', 'print one JSON object')
    .action(
      async (
        group: string,
        options: {
          to?: ResetTarget;
          by?: ResetTarget;
          topic?: readonly string[];
          partition?: readonly number[];
          execute?: boolean;
          json?: boolean;
        },
      ) => {
        const to = options.to ?? options.by;
        if (to === undefined || (options.to !== undefined && options.by !== undefined))
          throw new UserError('Say where to: either --to or --by.');
        process.exitCode = await resetOffsets({
          ...{ group, to, topics: options.topic, partitions: options.partition },
          execute: options.execute === true,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );

function resetTarget(text: string): ResetTarget {
  if (text === 'start' || text === 'end') return text;
  if (/^\d{1,19}$/.test(text)) return { offset: BigInt(text) };
  return parseTime(text);
}

function shift(text: string): ResetTarget {
  if (!/^[+-]?\d{1,18}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, such as -100.');
  return { by: BigInt(text.replace('+', '')) };
}

const appendNumber = (text: string, before: readonly number[] = []): readonly number[] => [
  ...before,
  wholeNumber(text),
];
