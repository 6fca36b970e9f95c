import type { AppStateName, DeliveryStateName } from '../../../src/api/overview.ts';

export type Tone = 'good' | 'quiet' | 'warn' | 'bad';

const tones: Readonly<Record<AppStateName | DeliveryStateName, Tone>> = {
  running: 'good',
  'up to date': 'good',
  silent: 'quiet',
  starting: 'quiet',
  gathering: 'good',
  unknown: 'quiet',
  behind: 'warn',
  waiting: 'bad',
  stuck: 'bad',
  'not running': 'bad',
};

export const toneOf = (state: AppStateName | DeliveryStateName): Tone => tones[state];

// Shapes differ as well as colours.
const shapes: Readonly<Record<Tone, string>> = { good: '●', quiet: '○', warn: '▲', bad: '■' };

/** A state in a word, with a shape and a colour. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{shapes[tone]}</span> {children}
    </span>
  );
}
