import { Writable } from 'node:stream';
import { sinkConformance } from '@sluice/sink/testing';
import { testContract } from '@sluice/testkit';
import { stdout } from './stdout.ts';

sinkConformance({
  exempt: {
    oneCopy: 'what was printed cannot be recognised',
    outage: 'a pipe that is gone ends the process',
  },
  async create() {
    const contract = testContract('events');
    const printed: Buffer[] = [];
    let isSilent = false;
    const output = new Writable({
      write(bytes: Buffer, _encoding, done) {
        printed.push(Buffer.from(bytes));
        if (!isSilent) done();
      },
    });
    return {
      contract,
      sink: stdout(output),
      other: stdout(output),
      async written() {
        const lines = Buffer.concat(printed).toString().split('\n').slice(0, -1);
        return lines.map((line) => (JSON.parse(line) as { id: string }).id);
      },
      fault: (fault) => (isSilent = fault === 'silence'),
      async close() {},
    };
  },
});
