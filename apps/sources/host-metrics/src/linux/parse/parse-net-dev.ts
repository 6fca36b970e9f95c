import type { NetworkMetrics } from '@sluice/contracts';
import { exactCount } from '../../exact-count.ts';

/** Parses /proc/net/dev (man proc_pid_net) and leaves out the loopback interface. */
export function parseNetDev(text: string): NetworkMetrics[] {
  return text.split('\n').flatMap((line) => {
    // An alias has a colon in its name (eth0:1), and old kernels write no space after the last one.
    const [, name, numbers] = /^ *(\S+): *(\d.*)$/.exec(line) ?? [];
    return name === undefined || numbers === undefined || name === 'lo'
      ? []
      : [networkMetrics(name, numbers.split(/ +/))];
  });
}

function networkMetrics(name: string, numbers: readonly string[]): NetworkMetrics {
  const [
    receivedBytes,
    receivedPackets,
    receiveErrors,
    receiveDrops,
    ,
    ,
    ,
    ,
    sentBytes,
    sentPackets,
    sendErrors,
    sendDrops,
  ] = numbers;
  return {
    interface: name,
    received_bytes_total: exactCount(receivedBytes),
    received_packets_total: exactCount(receivedPackets),
    receive_errors_total: exactCount(receiveErrors),
    receive_drops_total: exactCount(receiveDrops),
    sent_bytes_total: exactCount(sentBytes),
    sent_packets_total: exactCount(sentPackets),
    send_errors_total: exactCount(sendErrors),
    send_drops_total: exactCount(sendDrops),
  };
}
