import type { Dice } from './dice.ts';

/** A line that is an event. Its name is the event's board. */
export interface Line {
  name: string;
  bytes: Buffer;
}

/** Generates lines, each with a unique name. */
export interface LogLines {
  event(): Line;
  /** A line that must become a dead letter. It contains its name. */
  bad(): Line;
}

/** @param run what all names begin with */
export function logLines({ upTo, chance }: Dice, run: string, maxLineBytes: number): LogLines {
  let counter = 0;
  return {
    event() {
      const name = `${run}-${counter++}`;
      const text = ['é', '漢字', '🙂', 'plain'][upTo(4)] ?? '';
      const event = {
        board_id: name,
        playtime: upTo(16),
        timestamp: new Date().toISOString(),
        user_id: `user-${upTo(100)}`,
        interest: text.repeat(1 + upTo(chance(0.05) ? maxLineBytes / 64 : 5)),
      };
      return { name, bytes: Buffer.from(`${JSON.stringify(event)}${chance(0.1) ? '\r' : ''}\n`) };
    },
    bad() {
      const name = `${run}-bad-${counter++}.`;
      const kinds = [
        () => Buffer.from(`${name} is no JSON\n`),
        () => Buffer.from(`{"board_id":"${name}","playtime":99}\n`),
        () => Buffer.concat([Buffer.from(name), Buffer.from([0xff, 0xc3, 0x28, 0x0a])]),
        () => Buffer.from(`${name}${'x'.repeat(maxLineBytes * (1 + upTo(12)))}\n`),
      ];
      return { name, bytes: kinds[upTo(kinds.length)]?.() ?? Buffer.alloc(0) };
    },
  };
}
