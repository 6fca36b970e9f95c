import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An age as Kafka's `retention.ms`. */
export function retentionMs(text: string): string {
  if (text === 'forever') return '-1';
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Expected an age such as 90s, 12h or 7d, or forever.');
  return String(Number(number) * (unitMs[unit] ?? 0));
}

/** `name=value`, for an option that may be repeated. */
export function setting(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([a-z][a-z.]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Expected a setting of Kafka and its value, such as retention.ms=3600000.');
  return { ...before, [name]: value };
}
