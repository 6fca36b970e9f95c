import type { IotReading } from '@sluice/contracts';
import type { Source } from '@sluice/source';
import { atMost, FatalError, type Health, type Logger } from '@sluice/telemetry';
import type { IPublishPacket } from 'mqtt';
import { acknowledgements, type Acknowledgements } from './acknowledgements.ts';
import { brokerWindow } from './broker-window.ts';
import { connectDevices, type DeviceConnection } from './connect-devices.ts';
import { connectionReport } from './connection-report.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { MqttOptions } from './mqtt-options.ts';

/** A source, and what ends its connection when the last acknowledgement has been given. */
export interface MqttDevices {
  source: Source<IotReading>;
  close(): Promise<void>;
}

/** A message without a reading, though nothing is wrong with it: a retained one that the session has had, or an empty one. */
type SkippedMessage = 'retained' | 'empty';

export interface MqttObserver {
  logger: Logger;
  health: Health;
  /** A message of QoS 0 found no room. */
  onDrop: () => void;
  onSkip: (kind: SkippedMessage) => void;
}

/** How long the broker may take to close a connection. */
const farewellMs = 2_000;

/**
 * The readings that devices publish at an MQTT broker, at least once: a message of QoS 1 is acknowledged when Kafka has it, and
 * what was not is sent again by the broker, whose session outlives this process.
 */
export function mqttDevices(options: MqttOptions, observer: MqttObserver): MqttDevices {
  const { url, clientId } = options;
  const inbox = createInbox(options);
  const receiver = messageReceiver(options, inbox, observer);
  let connection: DeviceConnection | undefined;

  const open = () =>
    connectDevices(options, connectionReport(options, observer), {
      message: receiver.receive,
      takenOver: () =>
        inbox.fail(
          new FatalError(
            `another client has connected to ${url} as ${clientId}: give each its own MQTT_CLIENT_ID`,
            'client-id-taken',
          ),
        ),
    });

  return {
    source: {
      async *read({ signal }) {
        connection ??= open();
        observer.health.notReady('origin', `connecting to ${url}`);
        try {
          yield* inbox.items(signal);
        } finally {
          // The reading broke off: unacknowledged messages come again, but only on another connection.
          if (!signal.aborted) {
            inbox.clear();
            connection?.client.end(true);
            connection = undefined;
          }
        }
      },
    },
    async close() {
      receiver.flush();
      if (connection !== undefined) await atMost(farewellMs, connection.client.endAsync());
      connection?.client.end(true);
    },
  };
}

/** Puts messages into the inbox, and acknowledges those of QoS 1 on the connection that they came on. */
function messageReceiver({ protocol }: MqttOptions, inbox: Inbox, { onDrop, onSkip }: MqttObserver) {
  let acks: Acknowledgements | undefined;
  let window = brokerWindow();
  return {
    receive(message: IPublishPacket, { client, isResumed }: DeviceConnection, done: (error?: Error) => void): void {
      const { topic, qos, messageId, retain, dup } = message;
      const payload = typeof message.payload === 'string' ? Buffer.from(message.payload) : message.payload;
      const skipped = skippedMessage(payload, retain && dup !== true && isResumed && protocol === '3.1.1');
      if (skipped !== undefined) {
        onSkip(skipped);
        // The client library acknowledges it.
        return done();
      }
      if (qos === 0) {
        // A sender of QoS 0 cannot be held back, and does not ask for more.
        if (inbox.hasRoom(payload.length)) inbox.put({ topic, payload });
        else onDrop();
        return done();
      }
      // Only the connection on which it came may acknowledge it: on the next, the number may be another message's.
      if (acks?.connection !== client.stream) {
        acks = acknowledgements(client.stream);
        window = brokerWindow();
      }
      const { give } = acks;
      const { took, gave } = window;
      // The next message is looked at only when there is room for this one.
      inbox.whenRoom(payload.length, () => {
        const acknowledge = () => {
          gave();
          give(messageId ?? 0);
        };
        inbox.put({ topic, payload, acknowledge, flush: took() });
        done(new Error('acknowledged later'));
      });
    },
    flush: () => acks?.flush(),
  };
}

/**
 * A broker of MQTT 3.1.1 sends the retained messages at each subscription, also to a session that has had them; those that it repeats
 * because they were not acknowledged have their `dup` flag.
 */
function skippedMessage(payload: Buffer, isRepeatedRetained: boolean): SkippedMessage | undefined {
  if (payload.length === 0) return 'empty';
  return isRepeatedRetained ? 'retained' : undefined;
}
