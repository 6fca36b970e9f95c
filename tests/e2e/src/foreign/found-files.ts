import { tweet, videoEvent, type EventContract } from '@sluice/contracts';

/** A file as such files are found, for a source to read. */
export interface FoundFile {
  contract: EventContract;
  /** The source, as in its dead letters. */
  by: string;
  /** The field by which an event is found again, and one that is compared. */
  id: string;
  text: string;
  lines: readonly FoundLine[];
}

interface FoundLine {
  line: Buffer | string;
  /** The texts of its events, by their ids. */
  texts?: Readonly<Record<string, string>>;
  /** The reason of its dead letter. */
  dead?: RegExp;
}

const created = '2026-03-05T12:00:00.000Z';
const post = (id: string, text: string) => ({ id, text, author_id: '7', created_at: created });
const line = (value: object) => JSON.stringify(value);
const old = (id: string, more: object) => ({
  ...{ id_str: id, created_at: 'Thu Mar 05 12:00:00 +0000 2026', user: { id_str: '7', screen_name: 'a' }, ...more },
});
const mark = '\ufeff';
const invalid = (text: string) =>
  Buffer.concat([
    Buffer.from(text.split('<<<')[0] ?? ''),
    Buffer.of(0xff, 0xfe),
    Buffer.from(text.split('<<<')[1] ?? ''),
  ]);

const archive: readonly FoundLine[] = [
  { line: `${mark}${line({ data: post('101', 'behind a mark') })}\r`, texts: { 101: 'behind a mark' } },
  {
    line: line({
      ...{ data: [post('102', 'of a page'), post('103', 'of the same')], meta: { result_count: 2 } },
      ...{ includes: { users: [{ id: '7', username: 'a', name: 'A' }] }, errors: [{ title: 'Not Found Error' }] },
    }),
    texts: { 102: 'of a page', 103: 'of the same' },
  },
  {
    line: '{"data":{"id":"104","text":"a\\ud83db","author_id":"7","created_at":"2026-03-05T12:00:00.000Z"}}',
    texts: { 104: 'a\ufffdb' },
  },
  {
    line: line(old('105', { text: 'cut …', truncated: true, extended_tweet: { full_text: 'not cut at all' } })),
    texts: { 105: 'not cut at all' },
  },
  { line: line([{ ...post('106', 'flat'), author: { id: '7', username: 'a', name: 'A' } }]), texts: { 106: 'flat' } },
  { line: '' },
  {
    line: line({ data: { ...post('107', 'no such day'), created_at: '2026-02-30T12:00:00.000Z' } }),
    dead: /created_at/,
  },
  { line: invalid(line({ data: post('108', 'a<<<b') })), dead: /UTF-8/ },
  { line: '{"data":{"id":"109",', dead: /JSON/ },
];

/** Pages, old tweets, lists and single ones, mixed. */
export const tweetArchive: FoundFile = {
  ...{ contract: tweet, by: 'tweets-replay', id: 'id', text: 'text', lines: archive },
};

const look = (user: string, more: object = {}) =>
  line({ board_id: 'b', playtime: 1.5, timestamp: created, user_id: user, interest: 'music', ...more });

/** Written on Windows, with holes of zeros, and by programs that cut texts. */
export const playerLog: FoundFile = {
  ...{ contract: videoEvent, by: 'video-events', id: 'user_id', text: 'interest' },
  lines: [
    { line: `${mark}${look('201')}\r`, texts: { 201: 'music' } },
    { line: `\0\0\0${look('202')}\0`, texts: { 202: 'music' } },
    { line: look('203', { interest: 'a<<<' }).replace('<<<', '\\ud83d'), texts: { 203: 'a\ufffd' } },
    { line: look('9007199254740993', { interest: 7 }), texts: { '9007199254740993': '7' } },
    { line: look('204', { timestamp: '2026-02-30T09:20:48.424Z' }), dead: /timestamp/ },
    { line: look('205', { timestamp: '2026-02-28T24:00:00Z' }), dead: /timestamp/ },
    { line: invalid(look('206', { interest: '<<<' })), dead: /UTF-8/ },
    { line: look('207').replace('"b"', '"b\0"'), dead: /zero|JSON/ },
    { line: look('208', { playtime: 'NaN' }), dead: /playtime/ },
  ],
};

export const fileBytes = ({ lines }: FoundFile): Buffer =>
  Buffer.concat(lines.flatMap((one) => [Buffer.from(one.line), Buffer.from('\n')]));
