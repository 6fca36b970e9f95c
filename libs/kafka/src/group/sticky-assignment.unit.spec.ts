import { describe, expect, it } from 'vitest';
import { stickyAssignment, type Assignment, type GroupMember } from './sticky-assignment.ts';

const member = (id: string, topics: readonly string[], had: Assignment = {}): GroupMember => ({ id, topics, had });
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const plain = (result: Map<string, Assignment>) =>
  Object.fromEntries([...result].map(([id, assignment]) => [id, { ...assignment }]));
const sizeOf = (assignment: Assignment = {}) => Object.values(assignment).flat().length;

describe('sticky assignment', () => {
  it('gives a topic only to its subscribers', () => {
    const result = stickyAssignment([member('new', ['a', 'b']), member('old', ['a'])], {
      a: numbers(4),
      b: numbers(4),
    });
    expect(plain(result)).toEqual({ new: { b: [0, 1, 2, 3] }, old: { a: [0, 1, 2, 3] } });
  });

  it('leaves a topic out that has no subscriber, and gives members without work an entry', () => {
    expect(plain(stickyAssignment([member('x', ['a']), member('y', ['a'])], { a: [0], gone: [0, 1] }))).toEqual({
      x: { a: [0] },
      y: {},
    });
  });

  it('spreads each topic over the members', () => {
    const topics = ['a', 'b', 'c'];
    const result = stickyAssignment([member('x', topics), member('y', topics)], {
      a: numbers(4),
      b: numbers(4),
      c: numbers(4),
    });
    for (const assignment of result.values())
      expect(Object.values(assignment).map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('moves no more than a new member has to get, and of each topic some', () => {
    const topics = ['a', 'b'];
    const partitions = { a: numbers(6), b: numbers(6) };
    const had = stickyAssignment([member('x', topics), member('y', topics)], partitions);
    const after = stickyAssignment(
      [member('x', topics, had.get('x')), member('y', topics, had.get('y')), member('z', topics)],
      partitions,
    );
    expect([...after.values()].map(sizeOf)).toEqual([4, 4, 4]);
    expect(Object.values(after.get('z') ?? {}).map(({ length }) => length)).toEqual([2, 2]);
    for (const id of ['x', 'y'])
      for (const [topic, kept] of Object.entries(after.get(id) ?? {}))
        expect(had.get(id)?.[topic]).toEqual(expect.arrayContaining([...kept]));
  });

  it('gives a partition that two members claim to one of them', () => {
    const result = stickyAssignment([member('x', ['a'], { a: [0, 1] }), member('y', ['a'], { a: [0, 1] })], {
      a: [0, 1],
    });
    expect(
      Object.values(plain(result))
        .map(({ a = [] }) => a)
        .flat()
        .sort(),
    ).toEqual([0, 1]);
  });

  it('takes topics that are called like properties of objects', () => {
    expect(
      plain(stickyAssignment([member('x', ['__proto__', 'constructor'])], { ['__proto__']: [0], constructor: [0] })),
    ).toEqual({ x: { ['__proto__']: [0], constructor: [0] } });
  });
});

/** The linear congruential generator of POSIX' rand. */
const random = (seed: number) => {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
};

it('holds through random histories of joins, leaves, new topics and growing topics', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const below = random(seed);
    const same = seed % 2 === 0;
    const partitions: Record<string, number[]> = { t0: numbers(1 + below(8)) };
    let members: GroupMember[] = [];
    for (let step = 0, next = 0; step < 12; step++) {
      const topics = Object.keys(partitions);
      const chosen = () => (same ? topics : topics.filter((_, place) => place === 0 || below(2) === 0));
      const action = below(4);
      if (action === 0 && members.length > 1) members.splice(below(members.length), 1);
      else if (action === 1) partitions[`t${topics.length}`] = numbers(1 + below(8));
      else if (action === 2) partitions['t0'] = numbers((partitions['t0'] ?? []).length + 1);
      else members.push(member(`m${next++}`, chosen()));
      if (members.length === 0) continue;
      if (same) members = members.map(({ id, had }) => member(id, Object.keys(partitions), had));
      const where = `seed ${seed}, step ${step}`;
      const result = stickyAssignment(members, partitions);
      expect(plain(stickyAssignment(members.toReversed(), partitions)), where).toEqual(plain(result));
      const given = [...result].flatMap(([id, assignment]) =>
        Object.entries(assignment).flatMap(([topic, list]) => list.map((partition) => ({ id, topic, partition }))),
      );
      const expected = Object.entries(partitions).flatMap(([topic, list]) =>
        members.some((one) => one.topics.includes(topic)) ? list.map((partition) => `${topic}/${partition}`) : [],
      );
      expect(given.map(({ topic, partition }) => `${topic}/${partition}`).sort(), where).toEqual(expected.sort());
      for (const { id, topic } of given) expect(members.find((one) => one.id === id)?.topics, where).toContain(topic);
      if (same) {
        const sizes = members.map(({ id }) => sizeOf(result.get(id)));
        expect(Math.max(...sizes) - Math.min(...sizes), where).toBeLessThanOrEqual(1);
        // What moved away from a member that is still there is what others had to get.
        const ceiling = Math.ceil(given.length / members.length);
        for (const { id, had } of members) {
          const lost = Object.entries(had).reduce(
            (sum, [topic, list]) => sum + list.filter((one) => result.get(id)?.[topic]?.includes(one) !== true).length,
            0,
          );
          expect(lost, where).toBeLessThanOrEqual(Math.max(0, sizeOf(had) - ceiling + 1));
        }
      }
      // As the group has it: who is asked next time says what it has now.
      members = members.map(({ id, topics: own }) => member(id, own, result.get(id)));
    }
  }
});
