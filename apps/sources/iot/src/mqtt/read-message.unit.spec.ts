import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

const received = new Date('2026-11-21T12:00:00Z');
const read = (message: unknown) =>
  readMessage(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), received);
const whole = { uuid: 'u', device_ts: '1', device_id: 'd', device_temp: '2', track_id: '3', activity_type: '4' };

describe('a message of a device', () => {
  it('is its reading', () =>
    expect(read({ ...whole, firmware: { major: 1 } })).toEqual({
      reading: { ...whole, received },
      replacedSurrogates: 0,
    }));

  it('keeps numbers as the device wrote them', () => {
    expect(read('{"uuid":12345678901234567890,"device_id":7,"device_temp":21.50,"device_ts":1e12}')).toMatchObject({
      reading: {
        uuid: '12345678901234567890',
        device_id: '7',
        device_temp: '21.50',
        device_ts: '1e12',
        track_id: '',
        activity_type: '',
        received,
      },
    });
  });

  it('may lack values, or have null for them', () =>
    expect(read({ uuid: 'u', device_id: 'd', device_temp: null })).toMatchObject({
      reading: { ...whole, device_ts: '', device_temp: '', track_id: '', activity_type: '', received },
    }));

  it.each([
    ['no JSON', '{"uuid":', 'the message cannot be read: it is not JSON'],
    ['empty', '', 'the message cannot be read: it is not JSON'],
    ['a list', '[]', 'the message is not a JSON object'],
    ['null', 'null', 'the message is not a JSON object'],
    ['without an id', { device_id: 'd' }, 'the message has no uuid'],
    ['without a device', { uuid: 'u', device_id: '' }, 'the message has no device_id'],
    ['true', { ...whole, track_id: true }, 'track_id is neither a text nor a number'],
    ['deep', { ...whole, device_temp: { celsius: 1 } }, 'device_temp is neither a text nor a number'],
  ])('that is %s is not a reading', (_, message, reason) => expect(read(message)).toEqual({ reason }));

  it('that is not UTF-8 is not a reading', () => {
    const bytes = Buffer.concat([Buffer.from('{"uuid":"'), Buffer.from([0xff]), Buffer.from('","device_id":"d"}')]);
    expect(readMessage(bytes, received)).toEqual({ reason: 'the message cannot be read: it is not UTF-8' });
  });

  it('has U+FFFD for half a surrogate pair, and counts it', () =>
    expect(read('{"uuid":"a\\uD83D","device_id":"d"}')).toMatchObject({
      reading: { uuid: 'a\uFFFD' },
      replacedSurrogates: 1,
    }));
});
