import { describe, expect, it } from 'vitest';
import { UnitMemory } from './unit-memory.ts';

describe('the memory of units', () => {
  it('sends the largest away near the limit, and only it, and notifies it (G5)', () => {
    const memory = new UnitMemory(100);
    const notified: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => memory.share(() => notified.push(name)));
    a?.hold(20);
    b?.hold(30);
    c?.hold(24);
    expect(notified).toEqual([]);
    c?.hold(25);
    expect([a, b, c].map((share) => share?.isLeaving)).toEqual([false, true, false]);
    expect(notified).toEqual(['b']);
    expect(memory.isFull).toBe(false);
  });

  it('sends no other away while those on their way make room enough', () => {
    const memory = new UnitMemory(100);
    const [a, b] = [memory.share(() => {}), memory.share(() => {})];
    a.hold(60);
    a.leave();
    b.hold(70);
    expect(b.isLeaving).toBe(false);
    expect(memory.isFull).toBe(true);
    b.hold(75);
    expect(b.isLeaving).toBe(true);
  });

  it('is full at its limit, and notifies all when there is room again', () => {
    const memory = new UnitMemory(100);
    let notified = 0;
    const [a, b] = [memory.share(() => notified++), memory.share(() => notified++)];
    a.hold(100);
    expect([memory.isFull, a.isLeaving, notified]).toEqual([true, true, 1]);
    b.hold(10);
    a.hold(95);
    expect([memory.isFull, notified]).toEqual([true, 1]);
    a.release();
    expect([memory.isFull, a.isLeaving, notified, memory.bytes]).toEqual([false, false, 3, 10]);
  });

  it('forgets a partition that is gone', () => {
    const memory = new UnitMemory(100);
    const [a, b] = [memory.share(() => {}), memory.share(() => {})];
    a.hold(70);
    a.close();
    b.hold(50);
    expect([memory.bytes, b.isLeaving]).toEqual([50, false]);
  });
});
