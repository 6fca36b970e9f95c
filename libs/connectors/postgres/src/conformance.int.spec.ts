import { randomBytes } from 'node:crypto';
import { sinkConformance } from '@sluice/sink/testing';
import { launchStack, testContract, type LaunchedStack } from '@sluice/testkit';
import { afterAll, beforeAll } from 'vitest';
import { postgresSink } from './postgres-sink.ts';
import { tcpProxy } from './testing/tcp-proxy.ts';
import { silent, testDatabase } from './testing/test-database.ts';

let stack: LaunchedStack;
beforeAll(async () => {
  stack = await launchStack({ name: `postgres-conformance-${process.pid}`, only: ['postgres'], quiet: true });
});
afterAll(() => stack.stop());

sinkConformance({
  exempt: {
    kinds: { 'texts with the character U+0000': 'PostgreSQL holds no such text: they become dead letters' },
  },
  async create() {
    const url = new URL(stack.environment['POSTGRES_URL'] ?? '');
    const database = await testDatabase(url.href);
    const proxy = await tcpProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    const { event: _, ...contract } = testContract(`test-${randomBytes(6).toString('hex')}`);
    const config = database.config({ POSTGRES_URL: url.href });
    const sink = () => postgresSink(config, [contract], { group: 'postgres', logger: silent });
    return {
      contract,
      sink: sink(),
      other: sink(),
      async written() {
        const table = `${database.schema}."${contract.topic.replaceAll('-', '_')}"`;
        return (await database.query(`SELECT _id FROM ${table}`)).map(({ _id }) => String(_id));
      },
      fault: proxy.fault,
      async close() {
        await database.close();
        await proxy.close();
      },
    };
  },
});
