/**
 * Everything that X gives with a bearer token about a post, its author, its media and its place:
 * https://docs.x.com/x-api/fundamentals/fields
 */
export const requestedFields = {
  'tweet.fields':
    'id,text,created_at,author_id,edit_history_tweet_ids,edit_controls,conversation_id,in_reply_to_user_id,referenced_tweets,attachments,entities,context_annotations,public_metrics,lang,geo,possibly_sensitive,reply_settings,source,withheld,note_tweet,community_id,card_uri,display_text_range,scopes,article',
  'user.fields':
    'id,username,name,created_at,description,entities,location,pinned_tweet_id,profile_image_url,profile_banner_url,protected,public_metrics,url,verified,verified_type,verified_followers_count,affiliation,withheld,parody,subscription_type,most_recent_tweet_id',
  'media.fields': 'media_key,type,url,preview_image_url,alt_text,width,height,duration_ms,public_metrics,variants',
  'place.fields': 'id,full_name,name,place_type,country,country_code,contained_within,geo',
  'poll.fields': 'id,options,duration_minutes,end_datetime,voting_status',
  expansions:
    'author_id,in_reply_to_user_id,entities.mentions.username,referenced_tweets.id,referenced_tweets.id.author_id,edit_history_tweet_ids,attachments.media_keys,attachments.poll_ids,geo.place_id',
} as const;
