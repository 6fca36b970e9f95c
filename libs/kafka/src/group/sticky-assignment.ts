/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** A member of a consumer group, as the leader sees it. */
export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
  /** Its assignment before this rebalance. */
  readonly had: Assignment;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What one member gets. */
interface Load {
  readonly id: string;
  readonly topics: ReadonlySet<string>;
  readonly places: Set<Place>;
  readonly byTopic: Map<string, number>;
}

/**
 * Gives each partition of each topic to one of the topic's subscribers.
 *
 * - A topic is assigned only among the members that subscribe to it. During a rolling deployment members have different topics.
 * - Members with the same topics get the same number of partitions, or one more.
 * - A partition stays where it was, unless that would leave another member with two partitions fewer. Of the partitions that may move,
 *   one of the topic is chosen of which the member has most: so each topic is spread over the members.
 *
 * The result depends on the arguments only, not on their order. Topics without a subscriber are left out.
 *
 * @param partitions the partitions of each topic that exists
 * @returns what each member gets, by its id; members that get nothing have an entry too
 */
export function stickyAssignment(members: readonly GroupMember[], partitions: Assignment): Map<string, Assignment> {
  const loads = members
    .map(({ id, topics }): Load => ({ id, topics: new Set(topics), places: new Set(), byTopic: new Map() }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = Object.keys(partitions)
    .sort()
    .flatMap((topic) => (partitions[topic] ?? []).map((partition): Place => ({ topic, partition })));

  const previous = previousOwners(members);
  const free: Place[] = [];
  for (const place of places) {
    const owner = loads.find(({ id }) => id === previous.get(placeKey(place)));
    if (owner?.topics.has(place.topic) === true) give(owner, place);
    else free.push(place);
  }
  for (const place of free) {
    const least = leastLoaded(loads, place.topic);
    if (least !== undefined) give(least, place);
  }
  balance(loads);
  return new Map(loads.map(({ id, places: own }) => [id, byTopicOf(own)]));
}

const placeKey = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** Where two members claim a partition, one was suspended while the group moved on: which one does not matter. */
function previousOwners(members: readonly GroupMember[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { id, had } of members.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    for (const [topic, numbers] of Object.entries(had))
      for (const partition of numbers) {
        const key = placeKey({ topic, partition });
        if (!owners.has(key)) owners.set(key, id);
      }
  return owners;
}

function give(load: Load, place: Place): void {
  load.places.add(place);
  load.byTopic.set(place.topic, countOf(load, place.topic) + 1);
}

function take(load: Load, place: Place): void {
  load.places.delete(place);
  load.byTopic.set(place.topic, countOf(load, place.topic) - 1);
}

const countOf = ({ byTopic }: Load, topic: string): number => byTopic.get(topic) ?? 0;

/** The member with the fewest partitions; of equals, the one with the fewest of this topic. */
function leastLoaded(loads: readonly Load[], topic: string): Load | undefined {
  let least: Load | undefined;
  for (const load of loads) {
    if (!load.topics.has(topic)) continue;
    const fewer =
      least === undefined ||
      load.places.size < least.places.size ||
      (load.places.size === least.places.size && countOf(load, topic) < countOf(least, topic));
    if (fewer) least = load;
  }
  return least;
}

/** Moves partitions, one by one, to members that have at least two fewer. Each move brings the loads closer together, so it ends. */
function balance(loads: readonly Load[]): void {
  for (let moved = true; moved;) {
    moved = false;
    for (const from of loads.toSorted((a, b) => b.places.size - a.places.size)) {
      const move = bestMove(from, loads);
      if (move === undefined) continue;
      take(from, move.place);
      give(move.to, move.place);
      moved = true;
      break;
    }
  }
}

function bestMove(from: Load, loads: readonly Load[]): { place: Place; to: Load } | undefined {
  let best: { place: Place; to: Load; surplus: number } | undefined;
  const targets = new Map<string, Load | undefined>();
  for (const place of from.places) {
    const { topic } = place;
    if (!targets.has(topic)) targets.set(topic, leastLoaded(loads, topic));
    const to = targets.get(topic);
    if (to === undefined || from.places.size - to.places.size < 2) continue;
    const surplus = countOf(from, topic) - countOf(to, topic);
    if (best === undefined || to.places.size < best.to.places.size || (to === best.to && surplus > best.surplus))
      best = { place, to, surplus };
  }
  return best;
}

function byTopicOf(places: ReadonlySet<Place>): Assignment {
  const assignment: Record<string, number[]> = Object.create(null) as Record<string, number[]>;
  for (const { topic, partition } of places) (assignment[topic] ??= []).push(partition);
  for (const numbers of Object.values(assignment)) numbers.sort((a, b) => a - b);
  return assignment;
}
