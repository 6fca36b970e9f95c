import { consistentCut, type CutPartition } from './consistent-cut.ts';

/**
 * The cut of a sink that commits at the ends of units, such as objects: at one of these ends, so that each unit is before the cut or
 * after it. Otherwise see `consistentCut`.
 */
export async function unitCut(options: Parameters<typeof consistentCut>[0]): Promise<CutPartition[] | undefined> {
  const { kafka, group, topic } = options;
  const cut = await consistentCut(options);
  if (cut === undefined) return undefined;
  const committed = await kafka.committedOffsets(group, topic);
  return cut.map((one) => {
    const { partition, to, notYetDelivered } = one;
    const end = committed.get(partition);
    if (end === undefined || end <= to) return one;
    // What was not yet delivered has been by now, where the sink went on.
    const late = notYetDelivered === 0 ? 0 : Math.max(0, notYetDelivered - Number(end - to));
    return { ...one, to: end, notYetDelivered: late };
  });
}
