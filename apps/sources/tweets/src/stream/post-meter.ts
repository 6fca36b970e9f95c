/** Posts read in a month of X's calendar, which is UTC. */
export interface PostCount {
  /** `2026-11`. */
  month: string;
  posts: number;
}

/** Most posts that are left unread of a budget, for those that X counts and that never arrive. */
const largestReserve = 1000;

/** Counts every post that X delivers, duplicates too, against a month's budget. */
export class PostMeter {
  readonly budget: number | undefined;
  #count: PostCount;

  constructor(budget: number | undefined, count: PostCount | undefined) {
    this.budget = budget;
    this.#count = count ?? { month: '', posts: 0 };
  }

  add(posts: number, nowMs: number): void {
    const { month } = this.at(nowMs);
    this.#count = { month, posts: this.at(nowMs).posts + posts };
  }

  /** The count of the month that it is now. */
  at(nowMs: number): PostCount {
    const month = new Date(nowMs).toISOString().slice(0, 7);
    return this.#count.month === month ? this.#count : { month, posts: 0 };
  }

  /** Posts that may still be read this month. A hundredth of the budget is kept back, so that reading stops in time. */
  left(nowMs: number): number {
    if (this.budget === undefined) return Infinity;
    const reserve = Math.min(largestReserve, Math.ceil(this.budget / 100));
    return Math.max(0, this.budget - reserve - this.at(nowMs).posts);
  }
}

/** When the next month begins. */
export function nextMonthMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
}
