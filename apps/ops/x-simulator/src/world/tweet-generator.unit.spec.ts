import { expect, it } from 'vitest';
import { tweetGenerator } from './tweet-generator.ts';
import { v1Form } from './v1-form.ts';
import { v2Form } from './v2-form.ts';

const startMs = Date.parse('2026-11-21T12:00:00Z');
const posts = (seed: number, count: number) => {
  const make = tweetGenerator(seed);
  return Array.from({ length: count }, (_, index) => make(startMs + index));
};

it('makes the same posts for the same seed, and others for another', () => {
  expect(posts(7, 300).map(v2Form)).toEqual(posts(7, 300).map(v2Form));
  expect(posts(7, 300).map(v2Form)).not.toEqual(posts(8, 300).map(v2Form));
});

it('has every kind of post, in a real mix', () => {
  const made = posts(1, 5000);
  const share = (is: (tweet: (typeof made)[number]) => boolean) => made.filter(is).length / made.length;
  for (const language of ['ko', 'en', 'ja', 'es', 'und'])
    expect(share((one) => one.language === language)).toBeGreaterThan(0.02);
  for (const type of ['retweeted', 'quoted', 'replied_to'])
    expect(share(({ reference }) => reference?.type === type)).toBeGreaterThan(0.03);
  expect(share(({ versions }) => versions.length > 1)).toBeGreaterThan(0.01);
  expect(share(({ text }) => text.length > 280)).toBeGreaterThan(0.01);
  expect(share(({ withheldIn }) => withheldIn !== undefined)).toBeGreaterThan(0.001);
  expect(share(({ media }) => media !== undefined)).toBeGreaterThan(0.05);
  expect(share(({ text }) => /\p{Extended_Pictographic}/u.test(text))).toBeGreaterThan(0.2);
});

it('gives each post its own id, growing with time', () => {
  const ids = posts(1, 5000).map(({ id }) => BigInt(id));
  for (const [index, id] of ids.entries()) expect(index === 0 || id > (ids[index - 1] ?? id)).toBe(true);
});

it('says in both forms that the post is made up', () => {
  for (const tweet of posts(3, 50)) {
    expect(v2Form(tweet).data['source']).toContain('synthetic');
    expect(v1Form(tweet)['source']).toContain('synthetic');
  }
});
