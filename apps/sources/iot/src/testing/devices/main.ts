// Devices that publish readings of QoS 1 at an MQTT broker, and repeat each until the broker has it: for tests and proofs.
// usage: main.ts URL TOPIC COUNT PER_SECOND. Prints how many the broker has acknowledged, a line each time that it looks.
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'mqtt';

const [url = '', topic = '', count = '0', perSecond = '0'] = process.argv.slice(2);
const [total, rate] = [Number(count), Number(perSecond)];
const lookMs = 20;

// What is not acknowledged when the connection breaks is kept, and published again.
const client = connect(url, { reconnectPeriod: 200 });
client.on('error', () => {});
let acknowledged = 0;
let published = 0;
for (const startedMs = performance.now(); acknowledged < total; await delay(lookMs)) {
  const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * rate));
  for (; published < due; published++) {
    const reading = {
      uuid: `00000000-0000-4000-8000-${String(published).padStart(12, '0')}`,
      device_ts: Date.now(),
      device_id: `device-${published % 100}`,
      device_temp: 20 + (published % 50) / 8,
      track_id: published % 40,
      activity_type: published % 5,
    };
    client.publish(topic, JSON.stringify(reading), { qos: 1 }, (error) => {
      if (!error) acknowledged++;
    });
  }
  process.stdout.write(`${acknowledged}\n`);
}
process.stdout.write(`${acknowledged}\n`);
await client.endAsync();
