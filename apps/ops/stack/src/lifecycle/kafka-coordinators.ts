import { connect } from 'node:net';

/** The `key_type` of a FindCoordinator request. */
const keyTypes = { group: 0, transaction: 1 } as const;

const findCoordinatorKey = 10;
const apiVersion = 1;

/**
 * Whether a Kafka broker's coordinators are ready: it names one for a consumer group and one for a transactional id.
 * A new broker creates `__consumer_offsets` and `__transaction_state` on the first request and returns error 15
 * (COORDINATOR_NOT_AVAILABLE) until they have leaders.
 */
export async function coordinatorsAnswer(broker: string): Promise<boolean> {
  const answers = await Promise.all([askCoordinator(broker, 'group'), askCoordinator(broker, 'transaction')]);
  return answers.every((errorCode) => errorCode === 0);
}

/** A FindCoordinator request of version 1 with its length first: https://kafka.apache.org/protocol#The_Messages_FindCoordinator */
export function findCoordinatorRequest(key: string, kind: keyof typeof keyTypes): Buffer {
  const client = Buffer.from('sluice-stack');
  const keyBytes = Buffer.from(key);
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 2 + keyBytes.length + 1);
  let at = request.writeInt32BE(request.length - 4);
  at = request.writeInt16BE(findCoordinatorKey, at);
  at = request.writeInt16BE(apiVersion, at);
  at = request.writeInt32BE(1, at); // correlation id
  at = request.writeInt16BE(client.length, at);
  at += client.copy(request, at);
  at = request.writeInt16BE(keyBytes.length, at);
  at += keyBytes.copy(request, at);
  request.writeInt8(keyTypes[kind], at);
  return request;
}

/** The error code of a FindCoordinator response of version 1 with its length first; undefined while it is incomplete. */
export function findCoordinatorErrorCode(response: Buffer): number | undefined {
  // length (4), correlation id (4), throttle time (4), error code (2)
  if (response.length < 4 || response.length < 4 + response.readInt32BE(0)) return undefined;
  return response.length < 14 ? undefined : response.readInt16BE(12);
}

function askCoordinator(broker: string, kind: keyof typeof keyTypes): Promise<number | undefined> {
  const { hostname, port } = new URL(`kafka://${broker}`);
  return new Promise((done) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: hostname, port: Number(port) }, () =>
      socket.write(findCoordinatorRequest('sluice-stack-ready', kind)),
    );
    const finish = (errorCode: number | undefined): void => {
      socket.destroy();
      done(errorCode);
    };
    socket.setTimeout(3000, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const errorCode = findCoordinatorErrorCode(received);
      if (errorCode !== undefined) finish(errorCode);
    });
  });
}
