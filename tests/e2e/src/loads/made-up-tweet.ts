import type { Tweet } from '@sluice/contracts';

/** A synthetic tweet, posted now. */
export function madeUpTweet(index: number): Tweet {
  const id = String(1_900_000_000_000_000_000n + BigInt(index));
  return {
    id,
    created_at: new Date(),
    text: `bts 아이돌 ${index}`,
    language: 'ko',
    author: {
      ...{ id: '1', username: null, name: null, description: null, location: null, verified: null, protected: null },
      ...{ created_at: null, followers_count: null, following_count: null, tweet_count: null, listed_count: null },
    },
    ...{ matched_keywords: ['bts'], first_version_id: id, version_ids: [id], conversation_id: null },
    ...{ replied_to_id: null, replied_to_user_id: null, quoted_id: null, reposted_id: null, metrics: null },
    ...{ hashtags: [], cashtags: [], mentions: [], links: [], topics: [], media: [], place: null },
    ...{ longitude: null, latitude: null, possibly_sensitive: null, reply_settings: null, source: null },
    ...{ withheld: null, synthetic: true, delivered_by: 'REPLAY', original: '{}' },
  };
}
