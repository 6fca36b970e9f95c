import type { IotReading } from '@sluice/contracts';
import type { Source, SourceItem } from '@sluice/source';
import { atMost, CannotGoOn, describeError, type Health, type Logger } from '@sluice/telemetry';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { acknowledgements, type Acknowledgements } from './acknowledgements.ts';
import { brokerWindow } from './broker-window.ts';
import { heldBytes } from './held-bytes.ts';
import { readMessage } from './read-message.ts';

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

/** A source, and what ends its connection when the last acknowledgement has been given. */
export interface MqttDevices {
  source: Source<IotReading>;
  close(): Promise<void>;
}

/** A retained message that the session has had already, or an empty one, which clears a retained one. */
export type PassedMessage = 'retained' | 'empty';

const reconnectMs = 1_000;
/** How long the broker may take to accept a connection, and as long again to accept the subscription. */
const answerMs = 10_000;
/** How long it may take before that is reported. */
const silentMs = 5_000;
/** How long the broker may take to answer a connection's last words. */
const farewellMs = 2_000;
/** Reason code of MQTT 5: another client has come with this one's id. */
const sessionTakenOver = 142;

/**
 * The readings that devices publish at an MQTT broker, at least once: a message of QoS 1 is acknowledged when Kafka has it, and
 * what was not is sent again by the broker, whose session outlives this process.
 */
export function mqttDevices(
  options: MqttOptions,
  {
    logger,
    health,
    onDrop,
    onPass,
  }: {
    logger: Logger;
    health: Health;
    onDrop: () => void;
    /** Called for each message that holds no reading, though nothing is wrong with it. */
    onPass: (kind: PassedMessage) => void;
  },
): MqttDevices {
  const { url, topic, inFlight, inFlightBytes } = options;
  const queue: SourceItem<IotReading>[] = [];
  let wake = () => {};
  let fatal: CannotGoOn | undefined;
  let client: MqttClient | undefined;
  let acks: Acknowledgements | undefined;
  const held = heldBytes(inFlightBytes);
  let isResumed = false;
  let window = brokerWindow();

  const receive = (topicName: string, payload: Buffer, acknowledge: (() => void) | undefined, flush = false) => {
    const read = readMessage(payload, new Date());
    const item: SourceItem<IotReading> =
      'reason' in read
        ? { refused: { bytes: payload, reason: read.reason, origin: `MQTT topic ${topicName}` } }
        : { value: read.reading, replacedSurrogates: read.replacedSurrogates };
    const release = held.take(payload.length);
    queue.push({
      ...item,
      flush,
      acknowledge() {
        release();
        acknowledge?.();
      },
    });
    wake();
  };

  const open = (): MqttClient => {
    const opened = connect(url, clientOptions(options));
    /** The reasons that the log has, each once: of a broker that hangs, two or three take turns. */
    const logged = new Set<string>();
    /** Why the last try to connect failed. */
    let failure: string | undefined;
    let silence: NodeJS.Timeout | undefined;
    const away = (reason: string) => {
      clearTimeout(silence);
      health.notReady('origin', reason);
      if (!logged.has(reason)) logger.warn({ reason }, `waiting for the MQTT broker at ${url}`);
      logged.add(reason);
    };
    /** From a try to connect on, until it fails or the broker has accepted the subscription. */
    const watch = (asked: string) => {
      clearTimeout(silence);
      silence = setTimeout(() => away((failure = `the broker does not answer ${asked}`)), silentMs).unref();
    };
    const watchConnecting = () => watch('the request to connect');
    watchConnecting();
    opened.on('reconnect', watchConnecting);
    opened.on('connect', ({ sessionPresent }) => {
      failure = undefined;
      // The library waits for the answer to a subscription for as long as the connection lasts.
      const { stream } = opened;
      const limit = setTimeout(() => stream.destroy(), answerMs).unref();
      stream.once('close', () => clearTimeout(limit));
      watch(`the subscription to ${topic}`);
      isResumed = sessionPresent;
      const subscription = { qos: 1, ...(options.protocol === '5' && { rh: 1 }) } as const;
      opened.subscribe(topic, subscription, (error, granted) => {
        clearTimeout(limit);
        if (error !== null || granted?.some(({ qos }) => qos >= 128)) {
          away((failure = `the broker refuses the subscription to ${topic}`));
          // It is asked again at the next connect.
          return void opened.stream.destroy();
        }
        clearTimeout(silence);
        health.ready('origin');
        logger.info({ topic, session: sessionPresent ? 'resumed' : 'new' }, `listening at ${url}`);
        logged.clear();
      });
    });
    opened.on('error', (error) => away((failure = describeError(error))));
    // It follows every error too, and knows less.
    opened.on('close', () => away(failure ?? 'the connection is closed'));
    opened.on('disconnect', ({ reasonCode }) => {
      if (reasonCode !== sessionTakenOver) return;
      fatal = new CannotGoOn(
        `another client has come to ${url} as ${options.clientId}: give each its own MQTT_CLIENT_ID`,
      );
      wake();
    });
    // Every message passes here one after the other. An error as the answer means: no acknowledgement now.
    opened.handleMessage = ({ topic: name, payload, qos, messageId, retain, dup }, done) => {
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const passed = passedMessage(bytes, retain && !dup && isResumed && options.protocol === '3.1.1');
      if (passed !== undefined) {
        onPass(passed);
        // Acknowledged by the client library.
        return done();
      }
      if (qos === 0) {
        // Nobody holds back a sender of QoS 0, and it does not ask for more.
        if (queue.length < inFlight && held.hasRoom(bytes.length)) receive(name, bytes, undefined);
        else onDrop();
        return done();
      }
      // Only the connection on which it came may acknowledge it: the number may be another message's on the next.
      if (acks?.connection !== opened.stream) {
        acks = acknowledgements(opened.stream);
        window = brokerWindow();
      }
      const { give } = acks;
      const { took, gave } = window;
      // The next message is not looked at before this one has its place.
      held.whenRoom(bytes.length, () => {
        const acknowledge = () => {
          gave();
          give(messageId ?? 0);
        };
        receive(name, bytes, acknowledge, took());
        done(new Error('acknowledged later'));
      });
    };
    return opened;
  };

  return {
    source: {
      async *read({ signal }) {
        client ??= open();
        health.notReady('origin', `connecting to ${url}`);
        const stop = () => wake();
        signal.addEventListener('abort', stop, { once: true });
        try {
          while (!signal.aborted) {
            if (fatal !== undefined) throw fatal;
            const items = queue.splice(0);
            if (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
            yield* items;
          }
        } finally {
          signal.removeEventListener('abort', stop);
          // It broke off: what was handed over and not acknowledged comes again, but only on another connection.
          if (!signal.aborted) {
            queue.length = 0;
            held.clear();
            client?.end(true);
            client = undefined;
          }
        }
      },
    },
    async close() {
      acks?.flush();
      if (client !== undefined) await atMost(farewellMs, client.endAsync());
      client?.end(true);
    },
  };
}

/**
 * A broker of MQTT 3.1.1 sends the retained messages at each subscription, also to a session that has had them; those that it repeats
 * because they were not acknowledged have their `dup` flag.
 */
function passedMessage(payload: Buffer, isRepeatedRetained: boolean): PassedMessage | undefined {
  if (payload.length === 0) return 'empty';
  return isRepeatedRetained ? 'retained' : undefined;
}

function clientOptions(options: MqttOptions): IClientOptions {
  const { clientId, protocol, inFlight, username, password, ca, cert, key } = options;
  return {
    clientId,
    clean: false,
    reconnectPeriod: reconnectMs,
    connectTimeout: answerMs,
    // Subscribed anew at each connect, in case the broker has lost the session.
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
