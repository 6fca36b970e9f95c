import { uniqueName } from '@sluice/kafka/testing';
import { eventually, launchBroker, serverAddresses, type LaunchedBroker, type TestEvent } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadContext, SourceEvent } from './source.ts';
import { testRig } from './testing/test-rig.ts';
import { event } from './testing/test-event.ts';

let broker: LaunchedBroker;
let rig: Awaited<ReturnType<typeof testRig>>;

beforeAll(async () => {
  const registryUrl = serverAddresses().schemaRegistryUrl;
  broker = await launchBroker(uniqueName('source-crash'));
  rig = await testRig({ brokers: broker.brokers, registryUrl, partitions: 3 });
});
afterAll(async () => {
  await rig.close();
  await broker.stop();
});

/** A broker that was killed is fenced for some seconds when it starts again, and its coordinators load; a slow machine takes longer. */
const recoveryMs = 150_000;

describe('a source whose broker crashes', { timeout: 480_000 }, () => {
  it('loses and repeats nothing, gives up within its grace, and waits for a broker that is away at its start', async () => {
    let read = 0;
    let begun = 0;
    const endless = async function* ({ signal, cursor }: ReadContext): AsyncIterable<SourceEvent<TestEvent>> {
      begun++;
      for (read = cursor === undefined ? 0 : Number(cursor) + 1; !signal.aborted; read++) {
        yield { value: event(`e-${read}`), cursor: String(read) };
        // Others have a turn: an endless source of this kind would leave them none.
        if (read % 50 === 0) await new Promise(setImmediate);
      }
    };
    const names = () => Array.from({ length: read }, (_, n) => `e-${n}`).toSorted();
    const warnings = (running: { lines: { level: string }[] }) =>
      running.lines.filter(({ level }) => level === 'warn').length;
    const run = () => rig.run(endless, { SOURCE_BATCH_RECORDS: '100', SOURCE_SHUTDOWN_GRACE_MS: '1000' });

    const first = run();
    await eventually(() => expect(read).toBeGreaterThan(500));
    await broker.kill('kafka');
    await eventually(() => expect(first.health.state.ready).toBe(false));
    const whenDown = read;
    await broker.restore('kafka');
    const said = () => first.lines.map(({ message, fields }) => `${message}: ${String(fields['reason'])}`).join('\n');
    await eventually(() => expect(read, said()).toBeGreaterThan(whenDown + 500), recoveryMs);
    expect(first.health.state.ready).toBe(true);
    expect(begun).toBe(1);
    expect(warnings(first)).toBeLessThanOrEqual(3);
    await first.stop();
    expect((await rig.ids()).toSorted()).toEqual(names());

    const second = run();
    const before = read;
    await eventually(() => expect(read).toBeGreaterThan(before + 500));
    await broker.kill('kafka');
    await eventually(() => expect(second.health.state.ready).toBe(false));
    // Kafka cannot acknowledge what was read last: the next start reads it again.
    await second.stop();

    const third = run();
    await eventually(() => expect(warnings(third)).toBe(1));
    const atStart = begun;
    await broker.restore('kafka');
    await eventually(() => expect(begun).toBe(atStart + 1), recoveryMs);
    const again = read;
    await eventually(() => expect(read).toBeGreaterThan(again + 500), recoveryMs);
    expect(warnings(third)).toBeLessThanOrEqual(5);
    await third.stop();
    expect((await rig.ids()).toSorted()).toEqual(names());
  });
});
