import type { Settings } from './load-config.ts';

/** One setting as documentation: a row of a README's table, a line of `.env.example`, a line of `--help`. */
export interface SettingDescription {
  name: string;
  description: string;
  /** The default as one would write it in the environment; undefined where there is none. */
  default: string | undefined;
  example: string | undefined;
  required: boolean;
  secret: boolean;
}

/** Describes an app's settings in the order in which they are declared. */
export function describeSettings(settings: Settings): SettingDescription[] {
  return Object.entries(settings).map(([name, setting]) => {
    const meta = setting.meta() ?? {};
    const definition = setting.def as { type: string; defaultValue?: unknown };
    const fallback = definition.type === 'prefault' ? String(definition.defaultValue) : undefined;
    return {
      name,
      description: meta.description ?? '',
      default: fallback,
      example: typeof meta['example'] === 'string' ? meta['example'] : undefined,
      required: !setting.safeParse(undefined).success,
      secret: meta['secret'] === true,
    };
  });
}
