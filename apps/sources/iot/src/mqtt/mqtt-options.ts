import type { IClientOptions } from 'mqtt';

/** Where real devices are, and how to listen to them. */
export interface MqttOptions {
  url: string;
  topic: string;
  clientId: string;
  protocol: '5' | '3.1.1';
  /** Most messages that are received and not yet acknowledged. */
  inFlight: number;
  /** Most bytes of them. One message may be larger. */
  inFlightBytes: number;
  username?: string;
  password?: string;
  ca?: string;
  cert?: string;
  key?: string;
}

const reconnectMs = 1_000;
/** How long the broker may take to accept a connection, and as long again to accept the subscription. */
export const answerMs = 10_000;

/** The client library's options: a session that outlives the process. */
export function clientOptions(options: MqttOptions): IClientOptions {
  const { clientId, protocol, inFlight, username, password, ca, cert, key } = options;
  return {
    clientId,
    clean: false,
    reconnectPeriod: reconnectMs,
    connectTimeout: answerMs,
    // We subscribe at each connect, in case the broker has lost the session.
    resubscribe: false,
    ...(protocol === '5'
      ? { protocolVersion: 5, properties: { sessionExpiryInterval: 0xffffffff, receiveMaximum: inFlight } }
      : { protocolVersion: 4 }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}
