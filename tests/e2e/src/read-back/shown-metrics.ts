import type { AppProcess } from '@sluice/testkit';

/** What an app shows under `/metrics` now: the sum of a metric's series with a field. */
export async function metricsOf(app: AppProcess): Promise<(name: string, field: string) => number> {
  const answer = await fetch(`${await app.telemetryUrl}/metrics`);
  const lines = (await answer.text()).split('\n');
  return (name, field) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) && line.includes(`field="${field}"`))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
