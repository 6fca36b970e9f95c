import { seededRandom } from '@sluice/random';
import { mostMiB, peakMiB } from '@sluice/source/testing';
import { expect, test } from 'vitest';
import { BrokenBzip2, bunzip2 } from './bunzip2.ts';

const seed = Number(process.env['BUNZIP2_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const mutations = 4_000;
/** Made by `bzip2 -9`. */
const samples = [
  {
    packed: Buffer.from(
      'QlpoOTFBWSZTWYvQ3MoAAeh////////////////////////////////////////////4QAH8dtttsCpTQRpo0YRiaNGRkyaZMENBkeo0yaNMmP9KpgCYBMmjCMhoyAGQMACZMmJiGTAmjEwJjRM0htRgmNA00T1M1PU8U9T1CAAAAAAAAAANAAAAAAAAAAaAAAAAAAAAAAAAAAAAAAAAAQfqpiMJgAJpgeqZMBGARiYAJgmAAJpowjNA0AJgAAAjBMIwAANNNNA01MAIwAEwAmAAANR/qqqgNAGIMgBpowQMmmgANBoAfqmmmQYQYgGgZDQZGgBpoNAGmmmgaNBhNGjQAA0AYmgDQBoDINL7L9L9EREREREREREREREREREREREREQAAAAAAAAArSlJJNH0Wl1JAEwCkBYAvB5AGYDYAQDoB4A/9CGjJKV7E9SVfate5fYmVoa/gEcfJw+gZ2DvfT6vW7PcjfB45GUl5qcnqCi9FLT1Xs91hZWtuU+JX5lsDDxS+UYzjWicPIAAAAAsWLFixY3LRV3PhK0kpJS70lKSSq8VvNeHrxNb3W+14uvG1v9cDXkABgOoHcO9Pj9AfWDhYeJi42PkZOVl/sbnEzNzs9QfmipKaoqqyusLIQJFC7i6GDb0pd3hX5fQt9sHD++MXycswZzzWgbOHT6BCwgAAAAAAAABMQiBCEKjqrSSSXeSSUFKUpO/0bwK+DXIV8Kvh1yNfEr4tfGr49clXJ1EAtBNqKthdvcXN1djLwb+72+v8AILBwsPExcb+f3HyMnKy8zNzs/Q0dLT/2pq62vsZhjNM52f+DX50NE3+jn7Onj/8Qf1D/mEYxjGMYxjGMYyZBBAhCIfNUSJAAAAAAAAAAAAAAAAAAAAAAAACUolKVqpSn/i7kinChIRehuZQ',
      'base64',
    ),
    content: Buffer.from(Array.from({ length: 300 }, (_, n) => 'abc'.charAt(n % 3).repeat(n)).join('')),
  },
  {
    packed: Buffer.from(
      'QlpoOTFBWSZTWa4ghe8ABwfb6QAQEAZ/cAQQrmCWSgQEggIEAAAMMAFYAGMJiaDBGIZGEwxhMTQYIxDIwmBSqJkEDRpoDJo0ZPoT7E1CahNoq9AnAJsCchMBN4mYnaKtYTWE8xN4mYTwE2iYCZirUJoExExCYCeYTWJuE2CbhNQTMTETITSJoE3ibxMBNgJkEyEwE8hOInqJ8CaQnAJiJkJ6CrMTMTgJxE4icROQmAmYnITETsE5CZCcxOYnQTqE6CdRNInUT/F3JFOFCQriCF7w',
      'base64',
    ),
    content: Buffer.from(
      '{"id":"1346889436626259000","text":"아이돌","author_id":"1","created_at":"2021-01-06T00:00:00Z"}\n'.repeat(40),
    ),
  },
  {
    packed: Buffer.from(
      'QlpoOTFBWSZTWe3ga8wAAAF/////////////////////////////////////////////sAFgAS//9VVQJgJgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACTAATAAEwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAASYACYAAmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAH9QFAkDQRBX/IMg6EIShSFoY/9DUOQ9EERRJE0URVFkXRhGUaRtHEdR5H0gSFIkjSRJUmSdKEpSpK0sS1LkvTBMUyTNNE1TZN04TlOk7TxPU+T9QFBUJQ1EUVRlHUhSVKUtTFNU5T1QVFUlTVRVVWVdWFZVpW1cV1XlfWBYViWNZFlWZZ1oWlalrWxbVuW9cFxXJc10XVdl3XheV6XtfF9X5f2AYFgmDYRhWGYdiGJYpi2MY1jmPZBkWSZNlGVZZl2YZlmmbZxnWeZ9oGhaJo2kaVpmnahqWqatrGta5r2wbFsmzbRtW2bduG5bpu28b1vm/cBwXCcNxHFcZx3IclynLcxzXOc90HRdJ03UdV1nXdh2Xadt3Hdd533geF4njeR5Xmed6Hpep63se17nvfB8XyfN9H1fZ934fl+n7fx/X+F3JFOFCQ7eBrzAA==',
      'base64',
    ),
    content: Buffer.from(Array.from({ length: 768 }, (_, n) => n % 256)),
  },
  { packed: Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64'), content: Buffer.alloc(0) },
] as const;
const bomb = Buffer.from(
  'QlpoOTFBWSZTWbUiZb8BX44QAMAAAAggADCATUZCoCWpCoCXMUFZJlNZtSJlvwFfjhAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1m1ImW/AV+OEADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWbUiZb8BX44QAMAAAAggADCATUZCoCWpCoCXMUFZJlNZtSJlvwFfjhAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1m1ImW/AV+OEADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWbUiZb8BX44QAMAAAAggADCATUZCoCWpCoCXMUFZJlNZtSJlvwFfjhAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1m1ImW/AV+OEADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWbUiZb8BX44QAMAAAAggADCATUZCoCWpCoCXMUFZJlNZA2bkhwAHt5BAwAAAAgAIIAAwzAmqaYIhtVUIeLuSKcKEhqIPtlA=',
  'base64',
);

async function unpacked(bytes: Buffer, pieceBytes = bytes.length): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bunzip2(pieces(bytes, pieceBytes))) parts.push(part);
  return Buffer.concat(parts);
}

async function* pieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

test('unpacks what bzip2 has packed, in whatever pieces it comes, streams behind each other too', async () => {
  for (const { packed, content } of samples) {
    for (const pieceBytes of [1, 7, packed.length])
      expect((await unpacked(packed, pieceBytes)).equals(content)).toBe(true);
    const twice = Buffer.concat([packed, packed]);
    expect((await unpacked(twice)).equals(Buffer.concat([content, content]))).toBe(true);
  }
});

test(`damaged bytes are refused, or unpack to what they were (seed ${seed})`, { timeout: 120_000 }, async () => {
  const draw = seededRandom(seed).below;
  for (let n = 0; n < mutations; n++) {
    const { packed, content } = samples[draw(samples.length)] ?? samples[0];
    const damaged = Buffer.from(packed);
    for (let change = draw(3); change >= 0; change--) damaged.writeUInt8(draw(256), draw(damaged.length));
    const cut = draw(4) === 0 ? damaged.subarray(0, draw(damaged.length)) : damaged;
    const beforeMiB = peakMiB();
    const startedMs = performance.now();
    const found = await unpacked(cut).catch((error: unknown) => error);
    const which = `seed ${seed}, mutation ${n}: ${cut.toString('hex')}`;
    if (found instanceof Buffer) expect(found.equals(content), which).toBe(true);
    else expect(found, which).toBeInstanceOf(BrokenBzip2);
    expect(performance.now() - startedMs, which).toBeLessThan(10_000);
    expect(peakMiB() - beforeMiB, which).toBeLessThan(mostMiB);
  }
});

test('460 MB in 368 bytes are given out in pieces', { timeout: 120_000 }, async () => {
  const beforeMiB = peakMiB();
  let bytes = 0;
  for await (const part of bunzip2(pieces(bomb, bomb.length))) bytes += part.length;
  expect(bytes).toBe(460_000_000);
  expect(peakMiB() - beforeMiB).toBeLessThan(mostMiB);
});
