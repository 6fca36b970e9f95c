import { describeError } from '@sluice/telemetry';
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { ConnectionReport } from './connection-report.ts';
import { answerMs, clientOptions, type MqttOptions } from './mqtt-options.ts';

/** Reason code of MQTT 5: another client has come with this one's id. */
const sessionTakenOver = 142;

/** A client, and whether its present session is one that the broker has resumed. */
export interface DeviceConnection {
  readonly client: MqttClient;
  readonly isResumed: boolean;
}

/**
 * Connects to the broker and subscribes, again and again until it is ended.
 *
 * @param on.message gets each message, one after the other; `done` lets the next one come. An error given to it means: no
 *   acknowledgement now
 * @param on.takenOver called when another client has come with this one's id
 */
export function connectDevices(
  options: MqttOptions,
  report: ConnectionReport,
  on: {
    message: (message: IPublishPacket, connection: DeviceConnection, done: (error?: Error) => void) => void;
    takenOver: () => void;
  },
): DeviceConnection {
  const client = connect(options.url, clientOptions(options));
  const connection = { client, isResumed: false };
  report.asked('the request to connect');
  client.on('reconnect', () => report.asked('the request to connect'));
  client.on('connect', ({ sessionPresent }) => {
    connection.isResumed = sessionPresent;
    report.connected();
    subscribe(client, options, report, sessionPresent);
  });
  client.on('error', (error) => report.failed(describeError(error)));
  client.on('close', () => report.closed());
  client.on('disconnect', ({ reasonCode }) => {
    if (reasonCode === sessionTakenOver) on.takenOver();
  });
  client.handleMessage = (message, done) => on.message(message, connection, done);
  return connection;
}

function subscribe(
  client: MqttClient,
  { topic, protocol }: MqttOptions,
  report: ConnectionReport,
  isResumed: boolean,
): void {
  // The library waits for the answer to a subscription for as long as the connection lasts.
  const { stream } = client;
  const limit = setTimeout(() => stream.destroy(), answerMs).unref();
  stream.once('close', () => clearTimeout(limit));
  report.asked(`the subscription to ${topic}`);
  client.subscribe(topic, { qos: 1, ...(protocol === '5' && { rh: 1 }) }, (error, granted) => {
    clearTimeout(limit);
    if (error === null && granted?.some(({ qos }) => qos >= 128) !== true)
      return report.subscribed(isResumed ? 'resumed' : 'new');
    report.failed(`the broker refuses the subscription to ${topic}`);
    // The next connect asks again.
    client.stream.destroy();
  });
}
