import { hostMetrics, iotEvent, tweet, videoEvent } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { chartPlans } from './chart-plan.ts';

describe('chartPlans', () => {
  it('counts tweets by keyword, and shows trending words', () => {
    const plans = chartPlans(tweet);
    expect(plans[0]).toEqual({ kind: 'events', by: 'matched_keywords' });
    expect(plans[1]).toEqual({ kind: 'words', field: 'text' });
    expect(plans).toContainEqual({ kind: 'values', field: 'hashtags' });
    // Ids and the whole post are not counted by.
    expect(JSON.stringify(plans)).not.toMatch(/"(id|original|version_ids|conversation_id)"/);
  });

  it('shows the shares of the processor, disks and networks of a machine', () => {
    const plans = chartPlans(hostMetrics);
    expect(plans.find((plan) => plan.kind === 'gauges' && plan.title === 'cpu percent')).toMatchObject({
      fields: expect.arrayContaining(['cpu.busy_percent', 'cpu.user_percent']) as unknown,
    });
    expect(plans).toContainEqual({
      ...{ kind: 'elements', path: 'filesystems', by: 'filesystems.mount_point' },
      ...{ field: 'filesystems.used_percent', unit: 'percent', isCounter: false },
    });
    expect(plans).toContainEqual({
      ...{ kind: 'elements', path: 'network', by: 'network.interface' },
      ...{ field: 'network.received_bytes_total', unit: 'bytes', isCounter: true },
    });
  });

  it('shows the extremes of a temperature, and each device', () => {
    expect(chartPlans(iotEvent)).toEqual(
      expect.arrayContaining([
        { kind: 'spread', field: 'temp_celsius', unit: 'celsius' },
        { kind: 'gauge by', field: 'temp_celsius', unit: 'celsius', by: 'device_id' },
        { kind: 'values', field: 'activity_type' },
      ]),
    );
  });

  it('counts plays by interest', () => {
    expect(chartPlans(videoEvent)[0]).toEqual({ kind: 'events', by: 'interest' });
  });
});
