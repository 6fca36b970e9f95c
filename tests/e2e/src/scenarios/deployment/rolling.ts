import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contracts, topicName, tweetGap } from '@sluice/contracts';
import { auditShortfalls, auditTopics, withoutBadReadings } from '../../harness/audit.ts';
import { root } from '../../harness/run-command.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { bundleApps, checkOut, previousCommit, type Bundles } from '../../rolling/bundles.ts';
import {
  endSources,
  meterOf,
  replaceApp,
  rollingApps,
  startFleet,
  startInstance,
  type Fleet,
} from '../../rolling/fleet.ts';
import { scaleOutAndIn, seconds, throughputByInstances } from '../../rolling/scaling.ts';

const rolling: Scenario = {
  sentence:
    "Under load, every app is upgraded from the previous release's bundle to this one, restarted, and taken back, twice, and a sink's instances join, leave and are killed: nothing is lost or delivered twice, and the pause of each handover is printed.",
  run,
};
export default rolling;

const destinations = ['elasticsearch', 'gcs', 'bigquery', 's3', 'opensearch', 'postgres'];
const usualRounds = 2;
/** After an app is replaced, until the next is: what a handover delays shows itself meanwhile. */
const restMs = 1_000;
const baselineMs = 6_000;

/** The longest pauses of one app, in ms. */
type Pauses = Map<string, number[]>;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, folder, signal, rounds = usualRounds } = context;
  const commit = await previousCommit();
  const checkout = join(folder, 'previous');
  const removeCheckout = await checkOut(commit, checkout);
  let fleet: Fleet | undefined;
  try {
    say(`bundling ${rollingApps.length} apps, from here and from ${commit}`);
    const now = await bundleApps(root, rollingApps, signal);
    // An app that the previous release did not have is of this one throughout.
    const previous: Bundles = new Map([...now, ...(await bundleApps(checkout, rollingApps, signal))]);
    fleet = await startFleet(context);
    for (const app of rollingApps) await startInstance(fleet, app, previous);
    const pauses: Pauses = new Map();
    await measureBaseline(fleet, pauses);
    const scalingBefore = await scaleOutAndIn(fleet, previous, commit);
    for (let round = 1; round <= rounds; round++) {
      await replaceAll(fleet, now, `round ${round}, upgraded`, pauses);
      await replaceAll(fleet, now, `round ${round}, restarted`, pauses);
      await replaceAll(fleet, previous, `round ${round}, taken back`, pauses);
    }
    await replaceAll(fleet, now, 'upgraded for good', pauses);
    const scaling = await scaleOutAndIn(fleet, now, 'this release');
    const throughput = await throughputByInstances(fleet, now);
    const records = await auditAll(fleet);
    return {
      counted: [
        ['previous release', commit],
        ['handovers of each app', rounds * 3 + 1],
        ['records', records],
        ...[...pauses].map(([app, measured]) => [basename(app), pauseLine(measured)] as const),
        ...scalingBefore,
        ...scaling,
        ...throughput,
      ],
      shortfalls: fleet.shortfalls,
    };
  } finally {
    await fleet?.stop();
    await removeCheckout();
  }
}

const pauseLine = ([undisturbed = 0, ...handovers]: readonly number[]): string =>
  `longest pause ${handovers.map(seconds).join(', ')}; undisturbed ${seconds(undisturbed)}`;

/** How long each app stands still without a handover: one that collects commits only now and then. */
async function measureBaseline(fleet: Fleet, pauses: Pauses): Promise<void> {
  fleet.say(`${rollingApps.length} apps run; measuring for ${baselineMs / 1000} s how they move on undisturbed`);
  await delay(baselineMs, undefined, { signal: fleet.signal });
  await Promise.all(
    rollingApps.map(async (app) => {
      const meter = meterOf(fleet, app);
      const end = meter.measure();
      await delay(baselineMs, undefined, { signal: fleet.signal });
      pauses.set(app, [end()]);
      await meter.stop();
    }),
  );
}

/** Replaces each app, one after the other. */
async function replaceAll(fleet: Fleet, bundles: Bundles, what: string, pauses: Pauses): Promise<void> {
  const said: string[] = [];
  for (const app of rollingApps) {
    fleet.signal.throwIfAborted();
    const meter = meterOf(fleet, app);
    const end = meter.measure();
    await replaceApp(fleet, app, bundles);
    await delay(restMs, undefined, { signal: fleet.signal });
    const pause = end();
    await meter.stop();
    pauses.set(app, [...(pauses.get(app) ?? []), pause]);
    said.push(`${basename(app)} ${seconds(pause)}`);
  }
  fleet.say(`${what}; longest pauses: ${said.join(', ')}`);
}

/** Ends the sources, and audits what the others deliver. @returns how many records there were */
async function auditAll(fleet: Fleet): Promise<number> {
  const { say, stack, shortfalls } = fleet;
  say('ending the sources, and auditing');
  await endSources(fleet);
  const topics = contracts.map(topicName);
  const audits = (await auditTopics(stack.environment, topics, destinations, 240)).map(withoutBadReadings);
  for (const audit of audits)
    for (const shortfall of auditShortfalls(audit)) shortfalls.push(`${audit.topic}: ${shortfall}`);
  const delivered = audits.filter(({ destination }) => destination === 'elasticsearch');
  for (const { topic, totals } of delivered)
    if (totals.records === 0 && topic !== topicName(tweetGap)) shortfalls.push(`no record was published to ${topic}`);
  return delivered.reduce((sum, { totals }) => sum + totals.records, 0);
}
