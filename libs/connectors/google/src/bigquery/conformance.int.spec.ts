import { storedObject } from '@sluice/contracts';
import { batchOf, collectingSinkConformance, type Fault } from '@sluice/sink/testing';
import { httpProxy, serverAddresses } from '@sluice/testkit';
import { testWarehouse } from './testing/warehouse.ts';

collectingSinkConformance({
  // Each record costs an object.
  largeCount: 50,
  exempt: { hardRecords: 'its records are announcements, which the sink gcs writes, of objects that exist' },
  async create() {
    const warehouse = await testWarehouse();
    const contract = warehouse.contract([{ name: 'n', type: 'long' }]);
    // Each announcement is of one object with one row, whose offset is the announcement's number.
    const ids: string[] = [];
    let fault: Fault | undefined;
    const proxy = await httpProxy({
      target: serverAddresses().bigqueryEndpoint,
      answering: (_, forward) =>
        fault === 'outage' ? 'broken connection' : fault === 'silence' ? 'silence' : forward(),
    });
    const environment = { BIGQUERY_ENDPOINT: proxy.url, BIGQUERY_LOADS_BURST: '200' };
    const sink = () => warehouse.sink([contract], environment, async () => new Map()).sink;
    return {
      sink: sink(),
      other: sink(),
      contract: storedObject,
      async records(count) {
        const objects: object[] = [];
        for (let n = 0; n < count; n++) {
          const number = ids.length + n;
          const event = { id: `id-${number}`, time: new Date(Date.parse('2026-03-05T12:00:00Z') + number), n: number };
          objects.push((await warehouse.store(contract, [event], { firstOffset: number })).value);
        }
        const { records } = await batchOf(storedObject, objects);
        for (const { id } of records) ids.push(id);
        return records;
      },
      written: async () => (await warehouse.offsets(contract)).map((offset) => ids[offset] ?? `offset ${offset}`),
      fault: (next) => (fault = next),
      close: () => proxy.close(),
    };
  },
});
