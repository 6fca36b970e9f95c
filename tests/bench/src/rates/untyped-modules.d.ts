/** One connection to a broker; all requests go through its `send`. Not exported by kafkajs, and without types. */
declare module 'kafkajs/src/network/connection.js' {
  export default class Connection {
    send(request: unknown): Promise<unknown>;
  }
}
