import type { TopicSetting } from '@sluice/kafka';

/** How long a topic keeps records, for a person: `7 d`, `7 d or 1 GiB per partition`, `forever`, `newest per key`. */
export function retentionText(settings: readonly TopicSetting[]): string {
  const value = (name: string): string => settings.find((setting) => setting.name === name)?.value ?? '';
  const policies = value('cleanup.policy').split(',');
  const limits = [ageText(value('retention.ms')), bytesText(value('retention.bytes'))].filter(
    (text) => text !== undefined,
  );
  const deleted = limits.length === 0 ? 'forever' : limits.join(' or ');
  if (!policies.includes('compact')) return deleted;
  return policies.includes('delete') ? `newest per key, ${deleted}` : 'newest per key';
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

function ageText(value: string): string | undefined {
  const ms = Number(value);
  if (value === '' || !Number.isFinite(ms) || ms < 0) return undefined;
  const [unit, size] = units.find(([, unitMs]) => ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

function bytesText(value: string): string | undefined {
  const bytes = Number(value);
  if (value === '' || !Number.isFinite(bytes) || bytes < 0) return undefined;
  const [unit, size] = [['GiB', 2 ** 30] as const, ['MiB', 2 ** 20] as const, ['KiB', 2 ** 10] as const].find(
    ([, one]) => bytes >= one,
  ) ?? ['B', 1];
  return `${Number((bytes / size).toFixed(1))} ${unit} per partition`;
}
