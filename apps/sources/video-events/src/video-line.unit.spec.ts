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
    expect(read({})).toEqual({ event: { ...good, timestamp: new Date('2026-03-05T09:00:00.250Z') } });
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
    });
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
    ['no JSON', 'secret', 'the line is not JSON'],
    ['half an object', '{"board_id":"secret', 'the line is not JSON'],
    ['an array', '["secret"]', 'the line is no JSON object'],
    ['null', 'null', 'the line is no JSON object'],
    ['a number', '5', 'the line is no JSON object'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'the line is not UTF-8'],
    ['UTF-8 that is cut off', Buffer.from('{"a":"é').subarray(0, -1), 'the line is not UTF-8'],
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
    ['a time before the epoch', { timestamp: -1 }, 'timestamp must be ISO 8601 with a zone'],
    ['a time after the year 9999', { timestamp: 253_402_300_800_000 }, 'timestamp must be ISO 8601 with a zone'],
  ])('is refused when it has %s, without a word of its contents', (_, line, reason) => {
    const result = read(line);
    expect(result).toHaveProperty('reason');
    expect(result).toEqual({ reason: expect.stringMatching(new RegExp(`^${reason}`)) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
