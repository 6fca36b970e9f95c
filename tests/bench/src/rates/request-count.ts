import { subscribe } from 'node:diagnostics_channel';

/// <reference path="./untyped-modules.d.ts" />
import Connection from 'kafkajs/src/network/connection.js';

let requests = 0;

/** Requests that this process has made of Kafka and by HTTP since `countRequests`. */
export const requestCount = (): number => requests;

/** Begins to count. Neither kafkajs nor the other clients count across all of their connections. */
export function countRequests(): void {
  const { send } = Connection.prototype;
  Connection.prototype.send = function counted(request) {
    requests++;
    return send.call(this, request);
  };
  subscribe('undici:request:create', () => void requests++);
  subscribe('http.client.request.start', () => void requests++);
}
