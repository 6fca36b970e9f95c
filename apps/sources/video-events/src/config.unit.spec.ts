import { expect, it } from 'vitest';
import { patternsOf } from './config.ts';

it.each([
  ['/var/log/a.log*', ['/var/log/a.log*']],
  [' /a/*.log , /b/*.log*,', ['/a/*.log', '/b/*.log*']],
  ['/a/{x,y}.log,/b.log', ['/a/{x,y}.log', '/b.log']],
])('%j are the patterns %j', (text, patterns) => {
  expect(patternsOf(text)).toEqual(patterns);
});
