import { RecordsRefused, type EventProducer, type KafkaClient } from '@sluice/kafka';
import { patiently, type Health, type Logger } from '@sluice/telemetry';

/** After this time without an acknowledgement the log and `/ready` say so. */
const lateMs = 5_000;

/**
 * A producer whose `send` waits for Kafka however long it takes, and that is replaced where it cannot go on.
 *
 * Its `send` throws only RecordsRefused, and the abort reason when the signal is aborted: what is under way then goes on unheard.
 */
export async function patientProducer(options: {
  kafka: KafkaClient;
  signal: AbortSignal;
  logger: Logger;
  health: Health;
}): Promise<EventProducer> {
  const { kafka, signal, logger, health } = options;
  let producer = await kafka.producer();
  health.ready('kafka');
  return {
    async send(topic, records) {
      const what = `Kafka to acknowledge records for ${topic}`;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        health.notReady('kafka', `waiting for ${what}`);
        logger.warn(`waiting for ${what}`);
      }, lateMs);
      try {
        await patiently(
          { what, signal, logger, isFinal: (error) => error instanceof RecordsRefused },
          async (tries) => {
            if (tries > 1) {
              // Its sequence numbers may no longer match the broker's.
              await producer.disconnect().catch(() => {});
              producer = await kafka.producer();
            }
            await unlessAborted(signal, producer.send(topic, records));
          },
        );
      } finally {
        clearTimeout(timer);
        if (late && !signal.aborted) {
          health.ready('kafka');
          logger.info(`no longer waiting for ${what}`);
        }
      }
    },
    disconnect: () => producer.disconnect(),
  };
}

/** What `work` gives, unless the signal is aborted first: then the abort reason, and the work goes on unheard. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
