/** Decisions by chance. */
export interface Dice {
  /** A whole number below `count`. */
  upTo(count: number): number;
  chance(probability: number): boolean;
}

/** @param random numbers from 0 to 1 */
export const dice = (random: () => number): Dice => ({
  upTo: (count) => Math.floor(random() * count),
  chance: (probability) => random() < probability,
});
