import type { Health, Logger } from '@sluice/telemetry';

/** How long the broker may take to answer before that is reported. */
const silentMs = 5_000;

/** Reports in the log and in `/ready` whether the broker serves us. */
export interface ConnectionReport {
  /** Something was asked of the broker: no answer within some seconds is reported. */
  asked(what: string): void;
  failed(reason: string): void;
  /** The connection is closed. This follows every failure too, and knows less. */
  closed(): void;
  /** The broker has accepted the connection, and not yet the subscription. */
  connected(): void;
  subscribed(session: 'new' | 'resumed'): void;
}

export function connectionReport(
  { url, topic }: { url: string; topic: string },
  { logger, health }: { logger: Logger; health: Health },
): ConnectionReport {
  /** Each reason is logged once: of a broker that hangs, two or three take turns. */
  const logged = new Set<string>();
  /** Why the last try to connect failed. */
  let failure: string | undefined;
  let silence: NodeJS.Timeout | undefined;
  const notReady = (reason: string) => {
    clearTimeout(silence);
    health.notReady('origin', reason);
    if (!logged.has(reason)) logger.warn({ reason }, `waiting for the MQTT broker at ${url}`);
    logged.add(reason);
  };
  const failed = (reason: string) => {
    failure = reason;
    notReady(reason);
  };
  return {
    asked(what) {
      clearTimeout(silence);
      silence = setTimeout(() => failed(`the broker does not answer ${what}`), silentMs).unref();
    },
    failed,
    closed: () => notReady(failure ?? 'the connection is closed'),
    connected() {
      failure = undefined;
    },
    subscribed(session) {
      clearTimeout(silence);
      health.ready('origin');
      logger.info({ topic, session }, `listening at ${url}`);
      logged.clear();
    },
  };
}
