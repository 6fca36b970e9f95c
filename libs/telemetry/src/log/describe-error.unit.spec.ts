import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9092'), { code: 'ECONNREFUSED' });

describe('describeError', () => {
  it.each([
    ['its message', new Error('no wine'), 'no wine'],
    ['its name where it has no message', new RangeError(''), 'RangeError'],
    ['its code, where the message lacks it', Object.assign(new Error('no wine'), { code: 'EWINE' }), 'no wine (EWINE)'],
    ['its code only once', refused, 'connect ECONNREFUSED 127.0.0.1:9092'],
    ['no code that is a number', Object.assign(new Error('no wine'), { code: 412 }), 'no wine'],
    ['what caused it', new Error('no party', { cause: new Error('no wine') }), 'no party: no wine'],
    ['a whole chain', new Error('a', { cause: new Error('b', { cause: 'c' }) }), 'a: b: c'],
    ['the cause alone where it has no message itself', new Error('', { cause: new Error('no wine') }), 'no wine'],
    [
      'the longer one of two that repeat each other (the wrapper)',
      new Error('no party: no wine', { cause: new Error('no wine') }),
      'no party: no wine',
    ],
    [
      'the longer one of two that repeat each other (the cause)',
      new Error('no wine', { cause: new Error('no wine: the barrel is empty') }),
      'no wine: the barrel is empty',
    ],
    [
      'each of several errors once',
      new AggregateError([refused, refused, new Error('no wine')]),
      'connect ECONNREFUSED 127.0.0.1:9092; no wine',
    ],
    [
      'several errors behind a message',
      new AggregateError([new Error('no wine'), new Error('no bread')], 'no party'),
      'no party: no wine; no bread',
    ],
    [
      'several errors as a cause',
      new TypeError('fetch failed', { cause: new AggregateError([refused]) }),
      'fetch failed: connect ECONNREFUSED 127.0.0.1:9092',
    ],
    ['several lines as one', new Error('no wine\n    since noon\r\nnor bread'), 'no wine since noon nor bread'],
    ['what only looks like an error', { message: 'no wine', stack: 'at cellar' }, 'no wine'],
    ['a text', 'no wine', 'no wine'],
    ['nothing', undefined, 'undefined'],
  ])('describes %s', (_, error, text) => expect(describeError(error)).toBe(text));

  it('never shows a stack', () => {
    const error = new Error('outer', { cause: new AggregateError([new Error('inner')], 'middle') });
    expect(describeError(error)).toBe('outer: middle: inner');
  });

  it('comes to an end with errors that cause themselves', () => {
    const error = new Error('round');
    error.cause = new Error('and round', { cause: error });
    expect(describeError(error)).toBe('and round');
  });

  it.each([
    ['blanks', ' '.repeat(2_000_000)],
    ['line breaks', '\n'.repeat(2_000_000)],
    ['text', 'wine '.repeat(400_000)],
  ])('cuts a long message of %s, in time that does not grow with its square', (_, message) => {
    // Two million characters, squared, would take hours.
    expect(describeError(new Error(`${message}x`)).length).toBeLessThanOrEqual(1_001);
  });

  it('is short whatever caused the error', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => new Error(`${at} ${'wine'.repeat(200)}`));
    expect(describeError(new AggregateError(many, 'no party')).length).toBeLessThanOrEqual(4_001);
    const deep = many.reduce((cause, error) => new Error(error.message, { cause }));
    expect(describeError(deep).length).toBeLessThanOrEqual(4_001);
  });
});
