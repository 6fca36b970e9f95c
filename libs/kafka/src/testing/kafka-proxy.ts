import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Kafka's request kinds that tests disturb (https://kafka.apache.org/protocol#protocol_api_keys). */
export const kafkaApi = {
  produce: 0,
  fetch: 1,
  offsetCommit: 8,
  joinGroup: 11,
  endTxn: 26,
  txnOffsetCommit: 28,
} as const;

/** What happens to one request: it is passed on, or lost, or passed on and its answer lost. The connection is lost with either. */
export type RequestFault = 'pass' | 'lose-request' | 'lose-answer';

/** A TCP proxy in front of one broker, for tests of network faults and suspended processes. */
export interface KafkaProxy {
  /** Where clients connect instead: `127.0.0.1:port`. */
  readonly address: string;
  /** Decides on every request, by its kind and bytes; replace it at any time. A promise holds back its connection. */
  faultOf: (api: number, request: Buffer) => RequestFault | Promise<RequestFault>;
  /** Sees every answer, and may change its bytes, not their number; replace it at any time. */
  onAnswer: (answer: Buffer) => void;
  /** Holds all requests back, as a suspended process does, until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/**
 * Starts a proxy before a broker at `127.0.0.1:port`. Clients stay behind it, since it puts its own port wherever an answer names
 * the broker's address; both are of one length, as kafkajs's protocol versions have no compact integers there.
 */
export async function kafkaProxy(broker: string): Promise<KafkaProxy> {
  const brokerPort = Number(broker.split(':')[1]);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(brokerPort, '127.0.0.1');
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const lostAnswers = new Set<number>();
    let queue = Promise.resolve();
    client.on(
      'data',
      frames((frame) => {
        queue = queue.then(async () => {
          const fault = await proxy.faultOf(frame.readInt16BE(4), frame);
          if (fault === 'lose-request') return end();
          if (fault === 'lose-answer') lostAnswers.add(frame.readInt32BE(8));
          upstream.write(frame);
        });
      }),
    );
    upstream.on(
      'data',
      frames((frame) => {
        if (lostAnswers.has(frame.readInt32BE(4))) return end();
        proxy.onAnswer(frame);
        client.write(renamed(frame, brokerPort, port()));
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = () => (server.address() as AddressInfo).port;

  const proxy: KafkaProxy = {
    address: `127.0.0.1:${port()}`,
    faultOf: () => 'pass',
    onAnswer: () => {},
    hold() {
      const held = Promise.withResolvers<void>();
      const before = proxy.faultOf;
      proxy.faultOf = async (api, request) => {
        await held.promise;
        return before(api, request);
      };
      return () => {
        proxy.faultOf = before;
        held.resolve();
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/**
 * Holds back all requests of one kind. `reached` is resolved when the first has come; `release` lets them go, to this fate, and those that
 * come later.
 */
export function holdBack(proxy: KafkaProxy, held: number, fate: RequestFault) {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  proxy.faultOf = async (api) => {
    if (api !== held) return 'pass';
    reached.resolve();
    await released.promise;
    return fate;
  };
  return { reached: reached.promise, release: released.resolve };
}

/** Cuts a stream into Kafka's messages: four bytes of length, then that many bytes. */
function frames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE()) {
      const length = 4 + waiting.readInt32BE();
      onFrame(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  };
}

function renamed(frame: Buffer, from: number, to: number): Buffer {
  const address = (port: number) => {
    const bytes = Buffer.from('127.0.0.1\0\0\0\0');
    bytes.writeInt32BE(port, bytes.length - 4);
    return bytes;
  };
  const [old, own] = [address(from), address(to)];
  for (let at = frame.indexOf(old); at >= 0; at = frame.indexOf(old, at + old.length)) own.copy(frame, at);
  return frame;
}
