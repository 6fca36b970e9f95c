export { decodeText, UnreadableText } from './decode-text.ts';
export { parseJson, type ParsedJson } from './parse-json.ts';
export { decimalNumber, wholeNumber } from './numbers.ts';
export { epochTime, isoTime, tweetTime } from './times.ts';
