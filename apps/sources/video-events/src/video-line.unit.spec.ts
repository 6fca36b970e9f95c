import { describe, expect, it } from 'vitest';
import { videoLine } from './video-line.ts';

const good = {
  board_id: 'board-1',
  playtime: 7.5,
  timestamp: '2026-03-05T09:00:00.250Z',
  user_id: 'user-1',
  interest: 'music',
};
const read = (line: object | string | Buffer) =>
  videoLine(
    Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify({ ...good, ...line })),
  );

describe('a line of the player', () => {
  it('is an event', () => {
    expect(read({})).toEqual({
      event: { ...good, timestamp: new Date('2026-03-05T09:00:00.250Z') },
      replacedSurrogates: 0,
    });
  });

  it('may have numbers as names, a time in milliseconds, more members, blanks around it and a byte order mark', () => {
    const line = JSON.stringify({
      ...good,
      board_id: 7,
      user_id: 0,
      interest: 3,
      timestamp: 1_772_701_200_250,
      more: 1,
    });
    expect(read(`\uFEFF ${line}\r`)).toEqual({
      event: { ...good, board_id: '7', user_id: '0', interest: '3', timestamp: new Date(1_772_701_200_250) },
      replacedSurrogates: 0,
    });
  });

  it('keeps whole numbers beyond 2^53 digit by digit', () => {
    const line = JSON.stringify(good)
      .replace('"board-1"', '12345678901234567891')
      .replace('"user-1"', '-9007199254740993');
    expect(read(line)).toMatchObject({ event: { board_id: '12345678901234567891', user_id: '-9007199254740993' } });
  });

  it('has U+FFFD for half a surrogate pair, and counts it', () => {
    const line = JSON.stringify(good).replace('board-1', 'a\\ud83d').replace('user-1', '\\udc4d\\ud83d\\udc4d');
    expect(read(line)).toMatchObject({
      event: { board_id: 'a\uFFFD', user_id: '\uFFFD\u{1F44D}' },
      replacedSurrogates: 2,
    });
  });

  it('has a playtime of zero for minus zero', () => {
    const line = read(JSON.stringify(good).replace('7.5', '-0.0'));
    expect(line && 'event' in line && Object.is(line.event.playtime, 0)).toBe(true);
  });

  it('may have its time in another zone', () => {
    expect(read({ timestamp: '2026-03-05T18:00:00.250+09:00' })).toEqual(read({}));
  });

  it.each(['', ' ', '\r', '\t\r'])('is nothing when it is blank: %j', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it.each([0, 15])('has a playtime of %d seconds', (playtime) => {
    expect(read({ playtime })).toHaveProperty('event.playtime', playtime);
  });

  it.each<[string, object | string | Buffer, string]>([
    ['no JSON', 'secret', 'the line cannot be read: it is not JSON'],
    ['half an object', '{"board_id":"secret', 'the line cannot be read: it is not JSON'],
    ['an array', '["secret"]', 'the line is not a JSON object'],
    ['null', 'null', 'the line is not a JSON object'],
    ['a number', '5', 'the line is not a JSON object'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'the line cannot be read: it is not UTF-8'],
    ['UTF-8 that is cut off', Buffer.from('{"a":"é').subarray(0, -1), 'the line cannot be read: it is not UTF-8'],
    ['no board', { board_id: undefined }, 'board_id must be a text that is not empty, or a whole number'],
    ['an empty user', { user_id: ' ' }, 'user_id must be a text that is not empty, or a whole number'],
    ['an interest in parts', { interest: 1.5 }, 'interest must be a text that is not empty, or a whole number'],
    ['a playtime over 15 seconds', { playtime: 15.001 }, 'playtime must be a number of seconds from 0 to 15'],
    ['a negative playtime', { playtime: -0.1 }, 'playtime must be a number of seconds from 0 to 15'],
    ['a playtime as text', { playtime: '7' }, 'playtime must be a number of seconds from 0 to 15'],
    ['no time', { timestamp: undefined }, 'timestamp must be ISO 8601 with a zone'],
    ['a time without a zone', { timestamp: '2026-03-05T09:00:00' }, 'timestamp must be ISO 8601 with a zone'],
    ['a date', { timestamp: '2026-03-05' }, 'timestamp must be ISO 8601 with a zone'],
    ['a day that does not exist', { timestamp: '2026-02-31T25:00:00Z' }, 'timestamp must be ISO 8601 with a zone'],
    ['30 February', { timestamp: '2026-02-30T09:20:48.424Z' }, 'timestamp must be ISO 8601 with a zone'],
    ['29 February of 2026', { timestamp: '2026-02-29T09:20:48Z' }, 'timestamp must be ISO 8601 with a zone'],
    ['31 November', { timestamp: '2026-11-31T00:00:00Z' }, 'timestamp must be ISO 8601 with a zone'],
    ['24 hours', { timestamp: '2026-02-28T24:00:00Z' }, 'timestamp must be ISO 8601 with a zone'],
    [
      'an endless playtime',
      '{"board_id":"b","user_id":"u","interest":"i","playtime":1e999}',
      'playtime must be a number',
    ],
    ['a time before the epoch', { timestamp: -1 }, 'timestamp must be ISO 8601 with a zone'],
    ['a time after the year 9999', { timestamp: 253_402_300_800_000 }, 'timestamp must be ISO 8601 with a zone'],
  ])('is refused when it has %s, without repeating its contents', (_, line, reason) => {
    const result = read(line);
    expect(result).toHaveProperty('reason');
    expect(result).toEqual({ reason: expect.stringMatching(new RegExp(`^${reason}`)) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
