import { tweet } from '../events.generated.ts';
import type { Question } from './question.ts';

const during = { range: { created_at: { gte: '{from}', lt: '{to}' } } };

/** What people ask of posts. */
export const tweetQuestions: readonly Question[] = [
  {
    name: 'trending-words',
    contract: tweet,
    title: 'Trending words per hour',
    description:
      'The ten words that most posts of an hour have, and how many had them in the hour before. Links, names of accounts and common words are left out.',
    chart: 'bar',
    columns: [
      { name: 'hour', title: 'Hour', type: 'time' },
      { name: 'word', title: 'Word', type: 'text' },
      { name: 'posts', title: 'Posts', type: 'number' },
      { name: 'posts_before', title: 'In the hour before', type: 'number' },
    ],
    ask: {
      in: 'bigquery',
      sql: `WITH posts AS (
  SELECT id, TIMESTAMP_TRUNC(created_at, HOUR) AS hour, LOWER(REGEXP_REPLACE(text, r'https?://\\S+|@\\w+', ' ')) AS words
  FROM {table}
  WHERE created_at >= {from} AND created_at < {to}
),
counted AS (
  SELECT hour, word, COUNT(DISTINCT id) AS posts
  FROM posts, UNNEST(REGEXP_EXTRACT_ALL(words, r'[\\p{L}\\p{N}]{2,}')) AS word
  WHERE word NOT IN ('rt', 'the', 'and', 'for', 'to', 'of', 'in', 'is', 'it', 'on', 'at', 'an', 'my', 'me', 'we', 'you',
    'this', 'that', 'with', 'are', 'was', 'be', 'so', 'do', 'no', 'not', 'but', 'as', 'by', 'or', 'if')
  GROUP BY hour, word
)
SELECT now.hour, now.word, now.posts, COALESCE(earlier.posts, 0) AS posts_before
FROM counted AS now
LEFT JOIN counted AS earlier
  ON earlier.word = now.word AND earlier.hour = TIMESTAMP_SUB(now.hour, INTERVAL 1 HOUR)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY now.hour ORDER BY now.posts DESC, now.word) <= 10
ORDER BY now.hour, now.posts DESC, now.word`,
    },
  },
  {
    name: 'most-reposted',
    contract: tweet,
    title: 'Most reposted',
    description: 'The posts whose reposts were delivered most often. A text is that of a repost, as it was delivered.',
    chart: 'table',
    columns: [
      { name: 'reposted_id', title: 'Post', type: 'text' },
      { name: 'reposts', title: 'Reposts', type: 'number' },
      { name: 'accounts', title: 'By accounts', type: 'number' },
      { name: 'text', title: 'Text', type: 'text' },
    ],
    ask: {
      in: 'bigquery',
      sql: `SELECT reposted_id, COUNT(DISTINCT id) AS reposts, COUNT(DISTINCT author.id) AS accounts, MIN(text) AS text
FROM {table}
WHERE created_at >= {from} AND created_at < {to} AND reposted_id IS NOT NULL
GROUP BY reposted_id
ORDER BY reposts DESC, reposted_id
LIMIT 20`,
    },
  },
  {
    name: 'posts-by-keyword',
    contract: tweet,
    title: 'Posts by keyword per hour',
    description: 'How many posts each of the configured keywords matched. A post that matches two counts for both.',
    chart: 'line',
    columns: [
      { name: 'hour', title: 'Hour', type: 'time' },
      { name: 'keyword', title: 'Keyword', type: 'text' },
      { name: 'posts', title: 'Posts', type: 'number' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          hour: {
            date_histogram: { field: 'created_at', fixed_interval: '1h', min_doc_count: 1 },
            aggs: { keyword: { terms: { field: 'matched_keywords', size: 20 } } },
          },
        },
      },
      buckets: ['hour', 'keyword'],
      values: [{ key: 'hour' }, { key: 'keyword' }, { count: true }],
    },
  },
  {
    name: 'hashtags',
    contract: tweet,
    title: 'Hashtags',
    description: 'The hashtags of most posts, with the number of accounts, which is about right beyond some thousands.',
    chart: 'bar',
    columns: [
      { name: 'hashtag', title: 'Hashtag', type: 'text' },
      { name: 'posts', title: 'Posts', type: 'number' },
      { name: 'accounts', title: 'By accounts', type: 'number' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          hashtag: {
            terms: { field: 'hashtags', size: 20 },
            aggs: { accounts: { cardinality: { field: 'author.id' } } },
          },
        },
      },
      buckets: ['hashtag'],
      values: [{ key: 'hashtag' }, { count: true }, { metric: 'accounts' }],
    },
  },
];
