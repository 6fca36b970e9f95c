import { eventRate, hostMetrics, videoEvent } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { Line } from '../lines/split-lines.ts';
import { csvForm, jsonForm, type LineForm } from './line-reader.ts';

const place = { id: 'file-1', fileTime: new Date('2026-11-27T00:00:00Z') };
const lineOf = (text: string | Buffer, line = 1): Line => ({ bytes: Buffer.from(text), line });

function read(form: LineForm, ...texts: (string | Buffer)[]) {
  const notices: (readonly string[])[] = [];
  const reader = form.begin((_, columns) => notices.push(columns));
  const contents = reader.read(
    texts.map((text, n) => lineOf(text, n + 1)),
    ({ line }) => ({ ...place, id: `file-${line}` }),
  );
  return { contents, notices };
}

const csv = { separator: ',', quote: '"' };
const video = (given?: readonly string[], renaming: ReadonlyMap<string, string> = new Map()) =>
  csvForm(videoEvent, { csv, given, renaming });
const header = 'board_id,playtime,timestamp,user_id,interest';
const time = '2026-11-27T10:00:00Z';
const event = {
  event_id: 'file-2',
  board_id: 'b',
  playtime: 1.5,
  timestamp: new Date(time),
  user_id: 'u',
  interest: 'i',
};

describe('CSV', () => {
  it('has the names of its columns in its first line, in any order', () => {
    const { contents } = read(video(), 'interest,user_id,timestamp,playtime,board_id', `i,u,${time},1.5,b`, '');
    expect(contents).toEqual([undefined, { value: event }, undefined]);
  });

  it('has the columns that are given, and a first line that repeats them is not data', () => {
    const given = header.split(',');
    const value = { ...event, event_id: 'file-1' };
    expect(read(video(given), `b,1.5,${time},u,i`).contents).toEqual([{ value }]);
    expect(read(video(given), header.toUpperCase(), `b,1.5,${time},u,i`).contents).toEqual([
      undefined,
      { value: event },
    ]);
  });

  it('leaves out columns that the event does not have, and says which', () => {
    const { contents, notices } = read(video(), `${header},colour`, `b,1.5,${time},u,i,red`);
    expect(contents[1]).toEqual({ value: event });
    expect(notices).toEqual([['colour']]);
  });

  it('renames columns', () => {
    const form = video(undefined, new Map([['when', 'timestamp']]));
    expect(read(form, header.replace('timestamp', 'when'), `b,1.5,${time},u,i`).contents[1]).toEqual({ value: event });
  });

  it('unquotes fields, with separators and line breaks in them', () => {
    const { contents } = read(video(), header, `"b,\n""x""",1.5,${time},u,i`);
    expect(contents[1]).toMatchObject({ value: { board_id: 'b,\n"x"' } });
  });

  it.each([
    ['too few fields', 'b,1.5', 'the line has 2 fields, and there are 5 columns'],
    ['a text for a number', `b,much,${time},u,i`, 'playtime must be a number'],
    ['a time without a zone', 'b,1,2026-11-27T10:00:00,u,i', /^timestamp must be ISO 8601 with a zone/],
    ['a quote within a field', `b"x,1,${time},u,i`, 'a quote is within a field that does not begin with one'],
    ['text behind a quote', `"b"x,1,${time},u,i`, 'something follows the quote that ends a field'],
    ['other bytes than UTF-8', Buffer.from([0x62, 0xff, 0x2c]), 'the line is not UTF-8'],
    ['zero bytes', Buffer.from('b\0,1'), /zero bytes/],
  ])('refuses a line with %s, and no other', (_, wrong, reason) => {
    const { contents } = read(video(), header, `b,1.5,${time},u,i`, wrong, `b,1.5,${time},u,i`);
    expect(contents[2]).toEqual({ reason: expect.stringMatching(reason), errorClass: expect.any(String) });
    expect([contents[1], contents[3]]).toEqual([{ value: event }, { value: { ...event, event_id: 'file-4' } }]);
  });

  it('whose header is wrong makes a dead letter of every line', () => {
    for (const wrong of ['a,a', '"a"b,c', ',']) {
      const { contents } = read(video(), wrong, 'x,y');
      expect(contents.map((one) => one !== undefined && 'reason' in one)).toEqual([true, true]);
    }
    expect(read(video(), 'board_id', 'b').contents[1]).toEqual({
      reason: 'the line has no playtime',
      errorClass: 'unfit',
    });
  });

  it('has null for what is empty or missing, where the event has it', () => {
    const form = csvForm(eventRate, { csv, given: undefined, renaming: new Map() });
    const names = 'minute,measure,subject,count,sum,topic,partition,first_offset,last_offset';
    const { contents } = read(form, names, '1764230400,events,t,3,,t,0,1,9');
    expect(contents[1]).toMatchObject({
      value: { minute: new Date(1_764_230_400_000), sum: null, average: null, count: 3, last_offset: 9 },
    });
  });

  it('has JSON for records within', () => {
    const form = csvForm(hostMetrics, { csv, given: undefined, renaming: new Map() });
    const load = '"{""one_minute"": 0.5}"';
    const { contents } = read(form, 'host,time,interval_ms,load', `h,${time},1000,${load}`, `h,${time},1000,`);
    expect(contents[2]).toMatchObject({ value: { host: 'h', load: null, cpu: null } });
    expect(contents[1]).toEqual({ reason: expect.stringMatching(/^load must have /), errorClass: 'unfit' });
  });

  it('may be separated and quoted otherwise', () => {
    const form = csvForm(videoEvent, { csv: { separator: '\t', quote: "'" }, given: undefined, renaming: new Map() });
    const { contents } = read(form, header.replaceAll(',', '\t'), `'b\tx'\t1.5\t${time}\tu\ti`);
    expect(contents[1]).toEqual({ value: { ...event, board_id: 'b\tx' } });
  });
});

describe('lines of JSON', () => {
  const form = jsonForm(videoEvent, new Map([['when', 'timestamp']]));

  it('have members of any kind that fits, under their names or others', () => {
    const line = JSON.stringify({
      board_id: 7,
      playtime: '1.5',
      when: Date.parse(time),
      user_id: 'u',
      interest: 'i',
      x: {},
    });
    expect(read(form, '', line, '  ').contents).toEqual([undefined, { value: { ...event, board_id: '7' } }, undefined]);
  });

  it.each([
    ['what is not JSON', '{', /^the line cannot be read: it is not JSON$/],
    ['what is not an object', '[]', 'the line is not a JSON object'],
    ['a member that is missing', '{}', 'the line has no board_id'],
    ['a member of another kind', '{"board_id":{}}', 'board_id must be a text'],
  ])('refuse %s', (_, line, reason) => {
    expect(read(form, line).contents[0]).toEqual({
      reason: expect.stringMatching(reason),
      errorClass: expect.any(String),
    });
  });
});
