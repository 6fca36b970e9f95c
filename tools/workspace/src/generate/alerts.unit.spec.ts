import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertRules, alerts, alertThresholds, metricGroups } from '@sluice/telemetry';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
// Those of error codes are in a folder of their own.
const pages = readdirSync(join(root, 'docs/runbooks')).filter((file) => file.endsWith('.md') && file !== 'README.md');
const pageOf = (file: string) => readFileSync(join(root, 'docs/runbooks', file), 'utf8');
const titlesOf = (file: string) => (/^# (.*)$/m.exec(pageOf(file))?.[1] ?? '').split(', ');

/** The names of all metrics, as apps show them. */
const names = metricGroups.flatMap(({ metrics, byRole }) =>
  Object.values(metrics).flatMap(({ name }) => (byRole === true ? [`sink_${name}`, `processor_${name}`] : [name])),
);

describe('alerts and runbooks', () => {
  it('agree in both directions', () => {
    expect([...new Set(alerts.map(({ runbook }) => runbook))].toSorted()).toEqual(pages.toSorted());
    for (const page of pages)
      expect(titlesOf(page)).toEqual(alerts.filter(({ runbook }) => runbook === page).map(({ name }) => name));
  });

  it.each(pages)('%s says what the alert means, what to do and when it clears', (page) => {
    const text = pageOf(page);
    expect(text).toMatch(/^## (Find the cause)$/m);
    expect(text).toMatch(/\bclears\b/);
  });

  it.each(pages)('%s names only metrics that exist', (page) => {
    const cited = [
      ...pageOf(page).matchAll(/`(…?[a-z_]+_(?:total|seconds|records|bytes|partitions|count|left|streams))`/g),
    ];
    for (const [, name = ''] of cited)
      expect(names.filter((one) => (name.startsWith('…') ? one.endsWith(name.slice(1)) : one === name))).not.toEqual(
        [],
      );
  });
});

describe('the metrics', () => {
  it('have one name each, in the scheme, and a sentence', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const { metrics } of metricGroups)
      for (const { name, kind, help } of Object.values(metrics)) {
        expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
        expect(name.endsWith('_total')).toBe(kind === 'counter');
        expect(help).toMatch(/^[A-Z1].*[^.]$/);
      }
  });

  it('are defined in one file only', () => {
    const code = globSync('{apps,libs}/**/src/**/*.ts', { cwd: root, exclude: ['**/node_modules'] }).filter(
      (file) => !/\.spec\.ts$|\/testing\//.test(file),
    );
    const literal = /metrics\.(?:counter|gauge|histogram)\(\s*\{\s*name:/;
    expect(code.filter((file) => literal.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
    expect(code.length).toBeGreaterThan(100);
  });

  it('that alerts ask for exist', () => {
    const { groups } = alertRules({ selector: '', roles: ['sink', 'processor'], thresholds: alertThresholds });
    const rules = groups.flatMap(({ rules: of }) => of);
    for (const { expr, annotations } of rules) {
      const asked = [...expr.matchAll(/([a-z_]+)\{/g)].map(([, name]) => name);
      expect(asked.length).toBeGreaterThan(0);
      for (const name of asked) expect(['up', ...names]).toContain(name);
      expect(annotations.runbook).toMatch(/^docs\/runbooks\//);
    }
  });
});
