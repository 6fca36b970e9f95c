import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@sluice/config';
import { afterAll, describe, expect, it } from 'vitest';
import { topicSettings } from './rules-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'topics-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rulesOf(text: string) {
  const file = join(folder, 'topics.json');
  writeFileSync(file, text);
  return loadConfig('test', topicSettings, { TOPICS_FILE: file }).TOPICS_FILE;
}

function mistakesOf(text: string): readonly string[] {
  try {
    rulesOf(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('the file with the rules of topics', () => {
  it('has defaults for all rules', () => {
    expect(rulesOf('{"orders": {}}')).toEqual({
      orders: {
        ...{ format: 'registry', id: 'position', time: undefined, tombstones: 'dead-letter' },
        ...{ rotation: 'month', timeZone: 'UTC' },
      },
    });
    expect(loadConfig('test', topicSettings, {}).TOPICS_FILE).toBeUndefined();
  });

  it('says where an event has its id and its time', () => {
    const text =
      '{"orders": {"id": "key", "time": {"field": "payment.paid_at", "unit": "seconds"}, "rotation": "day"}, "b": {"time": "at"}}';
    expect(rulesOf(text)).toMatchObject({
      orders: { id: 'key', time: { path: ['payment', 'paid_at'], unit: 'seconds' }, rotation: 'day' },
      b: { time: { path: ['at'], unit: 'milliseconds' } },
    });
  });

  it.each([
    ['{', 'must be a file of JSON, and that file is none'],
    ['[]', 'the file'],
    ['{"orders": {"ids": "key"}}', 'orders'],
    ['{"orders": {"id": "uuid"}}', 'orders › id must be "position" or "key"'],
    ['{"orders": {"time": "a..b"}}', 'orders › time must be a field, such as "payment.paid_at"'],
    ['{"orders": {"time": {"field": "a", "unit": "days"}}}', 'orders › time must be a field'],
    ['{"orders": {"rotation": "year"}}', 'orders › rotation must be one of none, hour, day, week, month'],
    ['{"orders": {"timeZone": "Mars/Olympus"}}', 'orders › timeZone must be a time zone of the IANA database'],
    ['{"orders": {"tombstones": true}}', 'orders › tombstones must be "dead-letter" or "skip"'],
    ['{"orders": {"format": "xml"}}', 'orders › format must be "registry" or "json"'],
  ])('refuses %s in a sentence that says where', (text, mistake) => {
    expect(mistakesOf(text).join()).toContain(mistake);
  });
});
