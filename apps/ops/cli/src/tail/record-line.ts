import { styleText } from 'node:util';
import { recordAsJson, type DecodedValue, type Path, type TailedRecord } from '@sluice/operations';
import { printable } from '../terminal/printable.ts';
import { cutLine } from '../terminal/text-layout.ts';
import { fieldText } from './field-paths.ts';
import type { TailForm } from './tail-form.ts';

/**
 * A record as one line.
 *
 * @param paths the fields to print; undefined prints the event, cut to the width of a terminal
 */
export function recordLine(
  record: TailedRecord,
  form: TailForm,
  paths: readonly Path[] | undefined,
  stream: NodeJS.WriteStream,
): string {
  if (form === 'json') return recordAsJson(record);
  if (form === 'raw') return rawLine(record.value);
  const { timeMs, partition, offset, key, value } = record;
  const place = `${clockTime(timeMs)}  ${partition}:${offset}`;
  const painted = styleText('dim', place, { stream });
  if (paths !== undefined) {
    const document = value.kind === 'json' ? value.document : undefined;
    return [painted, ...paths.map((path) => printable(fieldText(document, path)))].join('  ');
  }
  const text = `${key === null ? '' : `${printable(key)}  `}${printable(valueText(value))}`;
  if (!stream.isTTY) return `${place}  ${text}`;
  const cut = cutLine(`${place}  ${text}`, stream.columns);
  // The place is cut only where the terminal is narrower than it.
  return cut.startsWith(place) ? painted + cut.slice(place.length) : cut;
}

/** In local time with its day, as a person reads it next to their clock. Programs use `--json`. */
function clockTime(ms: number): string {
  const date = new Date(ms);
  if (ms < 0 || Number.isNaN(date.getTime())) return 'no time';
  const local = new Date(ms - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}

function valueText(value: DecodedValue): string {
  switch (value.kind) {
    case 'json':
      return value.json;
    case 'text':
      return value.text;
    case 'bytes':
      return `0x${value.bytes.toString('hex')}`;
    case 'tombstone':
      return '(tombstone)';
    case 'undecodable':
      return `(cannot be decoded: ${value.reason})`;
  }
}

function rawLine(value: DecodedValue): string {
  switch (value.kind) {
    case 'json':
      return value.json.replaceAll(/[\r\n]+/g, ' ');
    case 'text':
      return value.text;
    case 'bytes':
    case 'undecodable':
      return `0x${value.bytes.toString('hex')}`;
    case 'tombstone':
      return 'null';
  }
}
