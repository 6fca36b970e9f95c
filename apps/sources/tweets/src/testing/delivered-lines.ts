/** A post as the filtered stream delivers it, cut down from X's own example. */
export const v2Line = {
  data: {
    id: '1346889436626259968',
    text: 'RT @XDevelopers: Learn how to use the user Tweet timeline and user mention timeline endpoints in the X API v2 to explore Tweets by topic or…',
    created_at: '2021-01-06T18:40:40.123Z',
    author_id: '2244994945',
    edit_history_tweet_ids: ['1346889436626259967', '1346889436626259968'],
    conversation_id: '1346889436626259968',
    in_reply_to_user_id: '2244994945',
    referenced_tweets: [{ type: 'retweeted', id: '1346889436626250000' }],
    entities: { hashtags: [{ tag: 'BTS' }], mentions: [{ username: 'XDevelopers', id: '2244994946' }] },
    context_annotations: [
      { domain: { id: '46' }, entity: { id: '1', name: 'Business Taxonomy' } },
      { domain: { id: '48' }, entity: { id: '2', name: 'Business Taxonomy' } },
    ],
    public_metrics: {
      retweet_count: 1,
      reply_count: 2,
      like_count: 3,
      quote_count: 4,
      bookmark_count: 5,
      impression_count: 6,
    },
    geo: { place_id: '01a9a39529b27f36', coordinates: { type: 'Point', coordinates: [-73.99, 40.74] } },
    lang: 'en',
    possibly_sensitive: false,
    reply_settings: 'everyone',
    source: 'Twitter Web App',
    withheld: { copyright: true, country_codes: ['XX'] },
  },
  includes: {
    users: [
      {
        id: '2244994945',
        username: 'suhemparack',
        name: 'Suhem',
        verified: true,
        created_at: '2013-12-14T04:35:55.000Z',
        public_metrics: { followers_count: 583_423, following_count: 2048, tweet_count: 14_052, listed_count: 1672 },
      },
    ],
    tweets: [
      {
        id: '1346889436626250000',
        text: 'Learn how to use the user Tweet timeline and user mention timeline…',
        note_tweet: {
          text: 'Learn how to use the user Tweet timeline and user mention timeline endpoints, in full.',
          entities: { hashtags: [{ tag: 'BTS' }, { tag: 'data' }] },
        },
        attachments: { media_keys: ['3_1'] },
        entities: {
          urls: [
            { url: 'https://t.co/a', expanded_url: 'https://example.com/a', title: 'A title' },
            { url: 'https://t.co/a', expanded_url: 'https://example.com/a', title: 'A title' },
          ],
        },
      },
    ],
    media: [
      { media_key: '3_1', type: 'photo', url: 'https://pbs.example/1.jpg', width: 800, height: 600, alt_text: 'A cat' },
      { media_key: '3_2', type: 'photo', url: 'https://pbs.example/2.jpg' },
    ],
    places: [
      {
        id: '01a9a39529b27f36',
        full_name: 'Manhattan, NY',
        place_type: 'city',
        country: 'United States',
        country_code: 'US',
      },
    ],
  },
  matching_rules: [{ id: '1', tag: 'sluice:data' }],
};

/** A post of API v1.1, with `full_text`. */
export const v1Line = {
  created_at: 'Wed Oct 10 20:19:24 +0000 2018',
  id: 1050118621198921700,
  id_str: '1050118621198921728',
  full_text: 'RT @TwitterAPI: To make room for more expression, we will now count all emojis as equal—including those…',
  entities: {
    hashtags: [{ text: '아이돌' }],
    symbols: [{ text: 'TWTR' }],
    user_mentions: [{ screen_name: 'TwitterAPI', id_str: '6253282' }],
    urls: [{ url: 'https://t.co/MkGjXf9aXm', expanded_url: 'https://example.com/emoji' }],
    media: [{ id_str: '7', type: 'photo', media_url_https: 'https://pbs.example/7.jpg' }],
  },
  extended_entities: {
    media: [
      {
        id_str: '7',
        type: 'video',
        media_url_https: 'https://pbs.example/7.jpg',
        sizes: { large: { w: 1200, h: 675 } },
        video_info: { duration_millis: 15_000 },
      },
    ],
  },
  source: '<a href="http://twitter.com" rel="nofollow">Twitter Web Client</a>',
  in_reply_to_status_id_str: '12',
  in_reply_to_user_id_str: '13',
  quoted_status_id_str: '14',
  user: {
    id_str: '6253282',
    name: 'Twitter API',
    screen_name: 'TwitterAPI',
    description: 'The Real API.',
    location: 'San Francisco, CA',
    verified: true,
    protected: false,
    followers_count: 6_172_353,
    friends_count: 46,
    statuses_count: 3583,
    listed_count: 13_091,
    created_at: 'Wed May 23 06:01:13 +0000 2007',
  },
  coordinates: { type: 'Point', coordinates: [126.97, 37.56] },
  place: { id: 'c999', full_name: 'Seoul', place_type: 'city', country: 'Korea', country_code: 'KR' },
  retweeted_status: {
    id_str: '1050118621198900000',
    full_text: 'To make room for more expression, we will now count all emojis as equal, in full.',
  },
  retweet_count: 161,
  favorite_count: 296,
  possibly_sensitive: true,
  withheld_in_countries: ['DE'],
  lang: 'en',
};
