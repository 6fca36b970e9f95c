import { expect, it } from 'vitest';
import { parseNetDev } from './parse-net-dev.ts';

const header = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

it('reads what each interface received and sent, and leaves loopback out', () => {
  const text = `${header}    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: 671392146   19312    1    2    3     4          5         6  1806316   13479    7    8    9    10      11         12
`;
  expect(parseNetDev(text)).toEqual([
    {
      interface: 'eth0',
      received_bytes_total: 671392146,
      received_packets_total: 19312,
      receive_errors_total: 1,
      receive_drops_total: 2,
      sent_bytes_total: 1806316,
      sent_packets_total: 13479,
      send_errors_total: 7,
      send_drops_total: 8,
    },
  ]);
});

it('reads a line without a space after the name, and a name with a colon', () => {
  const text = `${header}  eth0:671392146 19312 0 0 0 0 0 0 1806316 13479 0 0 0 0 0 0
eth0:1:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0
`;
  const interfaces = parseNetDev(text).map((traffic) => [traffic.interface, traffic.received_bytes_total]);
  expect(interfaces).toEqual([
    ['eth0', 671392146],
    ['eth0:1', 1],
  ]);
});

it('finds no interfaces where there are none', () => {
  expect(parseNetDev(header)).toEqual([]);
});
