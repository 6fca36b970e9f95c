// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const { scheduleCheckPendingRequests } = RequestQueue.prototype;

/** How often each connection checks for requests that have timed out. kafkajs checks ten times as often. */
const timeoutCheckMs = 1_000;

/**
 * Has the connections of all kafkajs clients of this process sleep while no request waits to be sent.
 *
 * After the first answer, kafkajs 2.2.4 checks for waiting requests on a timer whose delay is negative
 * (https://github.com/tulios/kafkajs/issues/1751), which Node takes for 1 ms: 1,000 wake-ups a second for each connection, 3 % of a
 * core. The check is needed only while something waits: a later request is sent at once, or schedules a check.
 */
export function installRequestQueue(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleIfPending() {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  RequestQueue.prototype.scheduleRequestTimeoutCheck = function scheduleTimeoutCheck() {
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(() => {
      for (const request of this.inflight.values())
        if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
      if (!this.isConnected()) this.destroy();
    }, timeoutCheckMs);
  };
}
