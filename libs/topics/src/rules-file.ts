import { settings, type Config } from '@sluice/config';
import { defaultRules, isTimeZone, rotations, type TopicRules } from '@sluice/contracts';
import { z } from 'zod';

const fieldPath = z
  .string('must be the names of fields, joined by points')
  .regex(/^[^.]+(\.[^.]+)*$/, 'must be the names of fields, joined by points');

const timeField = z.union(
  [
    fieldPath.transform((path) => ({ path: path.split('.'), unit: 'milliseconds' as const })),
    z
      .strictObject({
        field: fieldPath.transform((path) => path.split('.')),
        unit: z.enum(['seconds', 'milliseconds', 'microseconds', 'nanoseconds']).default('milliseconds'),
      })
      .transform(({ field, unit }) => ({ path: field, unit })),
  ],
  'must be a field, such as "payment.paid_at", or {"field": "payment.paid_at", "unit": "seconds"}; units are seconds, milliseconds, microseconds, nanoseconds',
);

const rulesOfTopic = z
  .strictObject({
    format: z.enum(['registry', 'json'], 'must be "registry" or "json"').default(defaultRules.format),
    id: z.enum(['position', 'key'], 'must be "position" or "key"').default(defaultRules.id),
    time: timeField.optional(),
    tombstones: z.enum(['dead-letter', 'skip'], 'must be "dead-letter" or "skip"').default(defaultRules.tombstones),
    rotation: z.enum(rotations, `must be one of ${rotations.join(', ')}`).default(defaultRules.rotation),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be a time zone of the IANA database, such as Asia/Seoul')
      .default(defaultRules.timeZone),
  })
  .transform(({ time, ...rules }): TopicRules => ({ ...rules, time }));

/** Where the rules for topics without a contract are; of every program that derives contracts. */
export const topicSettings = {
  TOPICS_FILE: settings.optional(
    settings.jsonFile(z.record(z.string(), rulesOfTopic), {
      description: 'File (JSON) that says what is the id, time, rotation and time zone of topics without a contract',
      example: '/etc/sluice/topics.json',
    }),
  ),
};

export type TopicsConfig = Config<typeof topicSettings>;
