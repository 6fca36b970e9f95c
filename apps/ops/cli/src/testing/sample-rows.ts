/** Rows of events for questions, as documents and as rows: the hour before last, and the last. */
const hourMs = 3_600_000;
/** The beginning of the last whole hour. */
export const lastHour = Math.floor(Date.now() / hourMs) * hourMs - hourMs;
const at = (ms: number): string => new Date(ms).toISOString();

const post = (id: string, ms: number, text: string, more: object = {}) => ({
  ...{ id, created_at: at(ms), text, author: { id: `author-${id}` }, first_version_id: id },
  ...{ matched_keywords: ['bts'], hashtags: [], version_ids: [id], ...more },
});

const posts = [
  post('1', lastHour - hourMs + 1_000, 'BTS tonight', { hashtags: ['bts'] }),
  post('2', lastHour + 1_000, 'bts and the concert', { hashtags: ['bts', 'live'] }),
  post('3', lastHour + 2_000, '방탄 bts https://example.com/bts', { matched_keywords: ['bts', 'news'] }),
  post('4', lastHour + 3_000, 'RT @army: bts Bts', { reposted_id: '2' }),
  post('5', lastHour + 4_000, 'RT @fan: concert', { reposted_id: '2', author: { id: 'author-4' } }),
  post('6', lastHour + 5_000, 'RT @fan: other', { reposted_id: '9' }),
];

const measurement = (host: string, minute: number, busy: number, used: number) => ({
  ...{ host, time: at(lastHour + minute * 60_000), interval_ms: 1_000 },
  cpu: { busy_percent: busy },
  load: { average_1m_tasks: 1, average_5m_tasks: busy / 10, average_15m_tasks: 1 },
  memory: {
    total_bytes: 8_000_000_000,
    used_bytes: used,
    used_percent: used / 80_000_000,
    oom_kills_total: minute > 5 ? 1 : 0,
  },
  filesystems: [
    {
      ...{ mount_point: '/', device: '/dev/sda1', type: 'ext4', total_bytes: 1_000, free_bytes: 100 },
      ...{ available_bytes: 100 - minute, used_bytes: 900 + minute, used_percent: host === 'leaky' ? 95 : 40 },
    },
  ],
});

/** One host uses 60 MB an hour more, and the other goes up and down. */
const measurements = Array.from({ length: 10 }, (_, minute) => [
  measurement('leaky', minute, 20, 4_000_000_000 + minute * 1_000_000),
  measurement('busy', minute, 80 + (minute % 2), 2_000_000_000 + (minute % 2) * 5_000_000),
]).flat();

const reading = (n: number, celsius: number, device = 'device-1') => ({
  ...{ uuid: `${device}-${n}`, device_ts: at(lastHour + n * 1_000), device_id: device, track_id: 1 + (n % 2) },
  ...{ device_temp: Math.trunc(celsius), activity_type: 1, temp_celsius: celsius, temp_fahrenheit: celsius * 1.8 + 32 },
  received: at(lastHour + n * 1_000 + 50),
});

/** Thirty-nine readings near twenty degrees, and one of ninety. */
const readings = [
  ...Array.from({ length: 40 }, (_, n) => reading(n, n === 17 ? 90 : 20 + (n % 3))),
  reading(50, 21, 'device-2'),
];

const play = (n: number, interest: string, playtime: number, board = 'board-1') => ({
  ...{ event_id: `play-${n}`, board_id: board, playtime, timestamp: at(lastHour + n * 1_000) },
  ...{ user_id: `user-${n % 2}`, interest },
});

const plays = [
  play(1, 'music', 15),
  play(2, 'music', 15),
  play(3, 'music', 3),
  play(4, 'music', 7, 'board-2'),
  play(5, 'sport', 15, 'board-2'),
];

const rate = (minute: number, subject: string, count: number, partition: number) => ({
  ...{ minute: at(lastHour + minute * 60_000), measure: 'events', subject, count, sum: null, average: null },
  ...{ topic: subject, partition, first_offset: minute, last_offset: minute + count },
});

const rates = [
  rate(0, 'tweets', 10, 0),
  rate(0, 'tweets', 5, 1),
  rate(1, 'tweets', 7, 0),
  { ...rate(0, 'host-1', 99, 0), measure: 'cpu' },
];

/** By topic of the contract. */
export const sampleRows: Readonly<Record<string, readonly object[]>> = {
  tweets: posts,
  'host-metrics': measurements,
  'iot-events': readings,
  'video-events': plays,
  'event-rates': rates,
};
