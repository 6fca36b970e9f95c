import { expect, it } from 'vitest';
import { retentionText } from './retention.ts';

const settings = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value, isOwn: true }));

it.each([
  [{ 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'retention.bytes': '-1' }, '7 d'],
  [
    { 'cleanup.policy': 'delete', 'retention.ms': '5400000', 'retention.bytes': '1073741824' },
    '90 min or 1 GiB per partition',
  ],
  [{ 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }, 'forever'],
  [{ 'cleanup.policy': 'compact', 'retention.ms': '604800000' }, 'newest per key'],
  [{ 'cleanup.policy': 'compact,delete', 'retention.ms': '86400000' }, 'newest per key, 1 d'],
])('says how long %j keeps records', (values, text) => expect(retentionText(settings(values))).toBe(text));
