import { deliveryResult, deliveryScene } from '../harness/delivery-scene.ts';
import type { Proof, ProofContext, ProofResult } from '../harness/proof.ts';

const mainJob: Proof = {
  sentence:
    "This machine's metrics arrive in Elasticsearch, each once, although the sink and then Elasticsearch are killed in mid-flow.",
  run,
};
export default mainJob;

async function run(context: ProofContext): Promise<ProofResult> {
  const { say } = context;
  return deliveryScene(context, 500, async ({ start, progress, stack, finish }) => {
    const source = start('host-metrics', 'sources/host-metrics');
    const sink = start('elasticsearch', 'sinks/elasticsearch');
    await progress(1000);
    say('killing the sink');
    await sink.kill();
    start('elasticsearch', 'sinks/elasticsearch');
    await progress(1000);
    say('killing Elasticsearch');
    await stack.kill('elasticsearch');
    await stack.restore('elasticsearch');
    await progress(1000);
    const { totals, acknowledged } = await finish([source]);
    const measured = totals.records - acknowledged;
    return deliveryResult(totals, {
      counted: [["  of them this machine's metrics", measured]],
      shortfalls: measured > 0 ? [] : ["none of this machine's metrics are in the topic"],
    });
  });
}
