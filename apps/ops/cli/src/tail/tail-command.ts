import { Command, InvalidArgumentError } from 'commander';
import type { TailEnd, TailStart } from '@sluice/operations';
import { parseTime, positiveNumber, wholeNumber } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';
import type { TailForm } from './tail-form.ts';
import { tail } from './tail.ts';

interface Options {
  from?: TailStart;
  last?: number;
  to?: TailEnd;
  filter?: string;
  fields?: readonly string[];
  partition?: readonly number[];
  limit?: number;
  maxRate?: number;
  raw?: boolean;
  json?: boolean;
}

/** `sluice tail`: a topic's records, decoded, live. */
export const tailCommand = (): Command =>
  new Command('tail')
    .description(
      "print a topic's records, decoded, and follow it live until Ctrl-C. It joins no consumer group, survives restarts of brokers, and says what it has left out",
    )
    .argument('<topic>', 'the topic')
    .option(
      '--from <where>',
      'start, end, a time, an age such as 2h, or PARTITION:OFFSET (default: end; with --to: start)',
      tailStart,
    )
    .option('--last <count>', 'begin with about the newest <count> records', positiveNumber)
    .option('--to <when>', 'end there: now, or a time; later records are not printed (default: follow live)', tailEnd)
    .option('--filter <expression>', `only matching records, such as 'language = "ko" and text contains "bts"'`)
    .option('--fields <paths>', 'print these fields of the event, separated by commas', fieldList)
    .option('--partition <number>', 'only this partition; may be repeated', appendNumber)
    .option('--limit <count>', 'end after so many records', positiveNumber)
    .option('--max-rate <count>', 'print at most so many records a second, and count the others', positiveNumber)
    .option('--raw', "print the event's JSON alone, one per line, as `sluice produce` takes it")
    .option('--json', 'print each record as one JSON object, with its place in Kafka')
    .action(async (topic: string, options: Options) => {
      if (options.from !== undefined && options.last !== undefined)
        throw new UserError('--from and --last exclude each other.');
      process.exitCode = await tail({
        topic,
        from:
          options.last === undefined
            ? (options.from ?? (options.to === undefined ? 'end' : 'start'))
            : { last: options.last },
        ...{ to: options.to, filter: options.filter, fields: options.fields, partitions: options.partition },
        ...{ limit: options.limit, perSecond: options.maxRate, form: formOf(options) },
        environment: process.env,
        signal: interruption(),
      });
    });

function formOf({ raw, json, fields }: Options): TailForm {
  if ([raw === true, json === true, fields !== undefined].filter(Boolean).length > 1)
    throw new UserError('--raw, --json and --fields exclude each other.');
  return raw === true ? 'raw' : json === true ? 'json' : 'lines';
}

function tailStart(text: string): TailStart {
  if (text === 'start' || text === 'end') return text;
  const [, partition, offset] = /^(\d{1,9}):(\d{1,19})$/.exec(text) ?? [];
  return partition === undefined || offset === undefined
    ? parseTime(text)
    : new Map([[Number(partition), BigInt(offset)]]);
}

const tailEnd = (text: string): TailEnd => (text === 'now' ? 'now' : parseTime(text));

function fieldList(text: string): readonly string[] {
  const fields = text.split(',').map((field) => field.trim());
  if (fields.some((field) => field === ''))
    throw new InvalidArgumentError('Expected fields such as id,user.name,text.');
  return fields;
}

const appendNumber = (text: string, before: readonly number[] = []): readonly number[] => [
  ...before,
  wholeNumber(text),
];
