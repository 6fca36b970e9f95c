import { UserError } from '../user-error.ts';
import type { RunningApp } from './apps/running-app.ts';

/** Programs that end because their settings are wrong. */
export class RefusedSettings extends UserError {
  /** @param refusals the mistakes by program */
  constructor(refusals: ReadonlyMap<string, readonly string[]>) {
    const programs = new Map<string, string[]>();
    for (const [program, mistakes] of refusals)
      for (const mistake of mistakes) programs.set(mistake, [...(programs.get(mistake) ?? []), program]);
    super(
      [
        'These settings are wrong. Correct them and start again:',
        ...[...programs].map(([mistake, names]) => `  ${mistake} (${names.join(', ')})`),
      ].join('\n'),
    );
  }
}

/** Resolves when the first start of every app is over. @throws RefusedSettings where apps refuse their settings */
export async function noneRefused(apps: readonly RunningApp[]): Promise<void> {
  await Promise.all(apps.map(({ settled }) => settled));
  const refusals = new Map(
    apps.flatMap(({ app, process }) => (process.state === 'refused' ? [[app.name, process.mistakes] as const] : [])),
  );
  if (refusals.size > 0) throw new RefusedSettings(refusals);
}
