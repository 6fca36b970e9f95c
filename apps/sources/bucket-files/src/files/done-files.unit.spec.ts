import { describe, expect, it } from 'vitest';
import { DoneFiles } from './done-files.ts';

const dayMs = 86_400_000;
const file = (name: string, createdMs: number, generation = '1') => ({ name, generation, bytes: 1, createdMs });

describe('the files that are done', () => {
  it('are known by name and version', () => {
    const done = new DoneFiles('s3://b/', dayMs);
    done.add(file('a', dayMs));
    expect(done.has(file('a', dayMs))).toBe(true);
    expect(done.has(file('b', dayMs))).toBe(false);
    expect(done.has(file('a', dayMs, '2'))).toBe(false);
  });

  it('are all that are older than the newest by more than the time for late ones', () => {
    const done = new DoneFiles('s3://b/', dayMs);
    done.add(file('a', 10 * dayMs));
    expect(done.has(file('late', 9 * dayMs))).toBe(false);
    expect(done.has(file('too late', 9 * dayMs - 1_000))).toBe(true);
  });

  it('survive in a cursor, with the position in a file, which does not grow with old files', () => {
    const done = new DoneFiles('s3://b/', dayMs);
    for (let n = 0; n < 1_000; n++) done.add(file(`f${n}`, n * (dayMs / 10)));
    const at = { file: file('next', 200 * dayMs), lines: 7 };
    const cursor = done.cursor()(at);
    expect(cursor.length).toBeLessThan(600);
    const again = new DoneFiles('s3://b/', dayMs);
    expect(again.restore(cursor)).toEqual(at);
    expect(again.has(file('f999', 999 * (dayMs / 10)))).toBe(true);
    expect(again.has(file('f1', dayMs / 10))).toBe(true);
    expect(again.has(file('f1000', 1_000 * (dayMs / 10)))).toBe(false);
    expect(again.cursor()()).toBe(done.cursor()());
  });

  it('are those of a moment, whatever is done before the cursor becomes text', () => {
    const done = new DoneFiles('s3://b/', dayMs);
    const before = done.cursor();
    done.add(file('a', 1));
    const again = new DoneFiles('s3://b/', dayMs);
    again.restore(before());
    expect(again.has(file('a', 1))).toBe(false);
  });

  it('are of one place', () => {
    const cursor = new DoneFiles('s3://b/', dayMs).cursor()();
    expect(() => new DoneFiles('s3://c/', dayMs).restore(cursor)).toThrow(
      'the stored cursor is of files in s3://b/: set SOURCE_INSTANCE to another name to read s3://c/',
    );
    expect(() => new DoneFiles('s3://c/', dayMs).restore('{}')).toThrow('not one of bucket-files');
  });
});
