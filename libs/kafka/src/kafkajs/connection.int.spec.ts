import { expect, test } from 'vitest';
import { kafkaProxy } from '../testing/kafka-proxy.ts';
import { testKafka } from '../testing/test-kafka.ts';

/** What brokers answer of the versions of TxnOffsetCommit: its number and its first version, then its last. */
const txnOffsetCommit = Buffer.from('001c0000', 'hex');

test('a broker that cannot commit with the generation in a transaction is refused with a sentence', async () => {
  const proxy = await kafkaProxy(process.env['KAFKA_BROKERS'] ?? '');
  proxy.onAnswer = (answer) => {
    const at = answer.indexOf(txnOffsetCommit);
    if (at >= 0) answer.writeInt16BE(2, at + txnOffsetCommit.length);
  };
  await expect(testKafka(proxy.address)).rejects.toMatchObject({
    name: 'FatalError',
    message: `Kafka at ${proxy.address} is older than 2.5: Sluice needs Kafka 2.5 or newer`,
  });
  await proxy.close();
});
