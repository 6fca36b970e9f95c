/** Lines of an archive of tweets as they are found, and what each becomes. */
export interface ArchiveLine {
  line: Buffer | string;
  /** The texts of its tweets, by their ids. */
  texts?: Readonly<Record<string, string>>;
  /** What its dead letter says. */
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

export const archive: readonly ArchiveLine[] = [
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

export const archiveBytes = (): Buffer =>
  Buffer.concat(archive.flatMap((one) => [Buffer.from(one.line), Buffer.from('\n')]));
