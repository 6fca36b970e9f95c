// Every alert: when it fires, what it says, and which page says what to do. The rules for Prometheus and the chart are generated from this
// file, and a test holds it against docs/runbooks.
import {
  appMetrics,
  auditFaults,
  auditMetrics,
  bigqueryMetrics,
  deliveryMetrics,
  documentMetrics,
  sourceMetrics,
} from './metric-definitions.ts';

/** Bounds that an installation may change; seconds unless the name says otherwise. */
export interface AlertThresholds {
  /** How late the oldest record may be. */
  readonly overdueSeconds: number | string;
  /** For how long a source may publish nothing. */
  readonly silentSeconds: number | string;
  /** For how long a part of an app may not be ready. */
  readonly notReadySeconds: number | string;
  /** For how long an app may not answer. */
  readonly downSeconds: number | string;
  /** For how long a dead letter or a loss is shown. */
  readonly shownSeconds: number | string;
  /** The part of the day's load jobs that a table may use, of 1. */
  readonly quotaShare: number | string;
  /** For how many intervals of scheduled audits none may have been without a fault. */
  readonly auditIntervals: number | string;
  /** The part of its fields that an index may have, of 1. */
  readonly fieldsShare: number | string;
}

export const alertThresholds: AlertThresholds = {
  overdueSeconds: 300,
  silentSeconds: 900,
  notReadySeconds: 120,
  downSeconds: 60,
  shownSeconds: 600,
  quotaShare: 0.9,
  auditIntervals: 3,
  fieldsShare: 0.8,
};

/** Where alerts look. The texts may be placeholders of a template. */
export interface AlertScope {
  /** Label matchers of the apps, without braces: `job="sluice"`. */
  readonly selector: string;
  /** Of the apps that deliver: `sink`, `processor`. */
  readonly roles: readonly string[];
  readonly thresholds: AlertThresholds;
}

export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning';
  /** Which apps have its metrics. */
  readonly of: 'all' | 'sources' | 'delivery' | 'bigquery' | 'dashboard';
  /** PromQL. */
  expression(scope: AlertScope): string;
  /** How long the expression must hold, in seconds. */
  holds?(thresholds: AlertThresholds): number | string;
  /** One sentence. `{{ … }}` is Prometheus' own. */
  readonly summary: string;
  /** A page of docs/runbooks. */
  readonly runbook: string;
}

type Defined = { readonly name: string };

/** One expression for each role of an app that delivers. */
const forRoles = ({ roles, selector }: AlertScope, metric: Defined, expression: (series: string) => string): string =>
  roles.map((role) => expression(`${role}_${metric.name}{${selector}}`)).join(' or ');

/** What a counter has gained, also if it came with its first increase: that is not an increase for Prometheus. */
const gained = (by: string, series: string, seconds: number | string): string =>
  `sum by (${by}) (increase(${series}[${seconds}s])) > 0 or sum by (${by}) (${series} unless ${series} offset ${seconds}s) > 0`;

export const alerts: readonly Alert[] = [
  {
    name: 'SluiceBehind',
    severity: 'critical',
    of: 'delivery',
    expression: (scope) =>
      forRoles(
        scope,
        deliveryMetrics.overdue,
        (series) => `max by (app, topic) (${series}) > ${scope.thresholds.overdueSeconds}`,
      ),
    summary:
      '{{ $labels.app }} has not delivered a record of {{ $labels.topic }} that is {{ $value | humanizeDuration }} late',
    runbook: 'behind.md',
  },
  {
    name: 'SluiceDeadLetters',
    severity: 'warning',
    of: 'delivery',
    expression: (scope) =>
      forRoles(scope, deliveryMetrics.deadLetters, (series) =>
        gained('app, topic, reason', series, scope.thresholds.shownSeconds),
      ),
    summary: '{{ $labels.app }} has dead-lettered records of {{ $labels.topic }}: {{ $labels.reason }}',
    runbook: 'dead-letters.md',
  },
  {
    name: 'SluiceRescuedValues',
    severity: 'warning',
    of: 'delivery',
    expression: (scope) =>
      forRoles(scope, deliveryMetrics.rescued, (series) =>
        gained('app, topic, field', series, scope.thresholds.shownSeconds),
      ),
    summary: '{{ $labels.app }} has delivered records of {{ $labels.topic }} without {{ $labels.field }} in its place',
    runbook: 'rescued-values.md',
  },
  {
    name: 'SluiceRescuedRows',
    severity: 'warning',
    of: 'bigquery',
    expression: ({ selector, thresholds }) =>
      gained('app, table, field', `${bigqueryMetrics.rescued.name}{${selector}}`, thresholds.shownSeconds),
    summary: '{{ $labels.app }} has loaded rows of {{ $labels.table }} without {{ $labels.field }} in its column',
    runbook: 'rescued-values.md',
  },
  {
    name: 'SluiceFieldBudget',
    severity: 'warning',
    of: 'delivery',
    expression: ({ selector, thresholds }) =>
      `max by (app, topic) (${documentMetrics.fields.name}{${selector}}) / ` +
      `max by (app, topic) (${documentMetrics.fieldsLimit.name}{${selector}}) > ${thresholds.fieldsShare}`,
    summary:
      'The newest index of {{ $labels.topic }} has {{ $value | humanizePercentage }} of the fields that it may have',
    runbook: 'field-budget.md',
  },
  {
    name: 'SluiceSourceDeadLetters',
    severity: 'warning',
    of: 'sources',
    expression: ({ selector, thresholds }) =>
      gained('app, topic', `${sourceMetrics.deadLetters.name}{${selector}}`, thresholds.shownSeconds),
    summary: '{{ $labels.app }} has dead-lettered input for {{ $labels.topic }}',
    runbook: 'dead-letters.md',
  },
  {
    name: 'SluiceBlockedPartition',
    severity: 'critical',
    of: 'delivery',
    expression: (scope) =>
      forRoles(scope, deliveryMetrics.blocked, (series) => `max by (app, topic, partition, reason) (${series}) > 0`),
    summary:
      '{{ $labels.app }} waits at {{ $labels.topic }}-{{ $labels.partition }} for a person: {{ $labels.reason }}',
    runbook: 'blocked-partition.md',
  },
  {
    name: 'SluiceLostRecords',
    severity: 'critical',
    of: 'delivery',
    expression: (scope) =>
      forRoles(scope, deliveryMetrics.lost, (series) => gained('app, topic', series, scope.thresholds.shownSeconds)),
    summary: 'Kafka has removed records of {{ $labels.topic }} before {{ $labels.app }} delivered them',
    runbook: 'lost-records.md',
  },
  {
    name: 'SluiceNotReady',
    severity: 'critical',
    of: 'all',
    expression: ({ selector, thresholds }) =>
      `max by (app, instance, part) (${appMetrics.notReady.name}{${selector}}) > ${thresholds.notReadySeconds}`,
    summary: '{{ $labels.app }} has not been ready for {{ $value | humanizeDuration }}: {{ $labels.part }}',
    runbook: 'not-ready.md',
  },
  {
    name: 'SluiceDown',
    severity: 'critical',
    of: 'all',
    expression: ({ selector }) => `up{${selector}} == 0`,
    holds: ({ downSeconds }) => downSeconds,
    summary: 'The app at {{ $labels.instance }} does not answer',
    runbook: 'down.md',
  },
  {
    name: 'SluiceSourceSilent',
    severity: 'warning',
    of: 'sources',
    expression: ({ selector, thresholds }) =>
      `max by (app, instance, topic) (${sourceMetrics.silence.name}{${selector}}) > ${thresholds.silentSeconds}`,
    summary: '{{ $labels.app }} has published nothing to {{ $labels.topic }} for {{ $value | humanizeDuration }}',
    runbook: 'source-silent.md',
  },
  {
    name: 'SluiceLoadQuota',
    severity: 'warning',
    of: 'bigquery',
    expression: ({ selector, thresholds }) =>
      `max by (app, table) (${bigqueryMetrics.dayJobs.name}{${selector}}) / on (app) group_left () ` +
      `max by (app) (${bigqueryMetrics.dayJobsLimit.name}{${selector}}) > ${thresholds.quotaShare}`,
    summary:
      'The table {{ $labels.table }} has used {{ $value | humanizePercentage }} of its load jobs of a day: loads wait for their turn',
    runbook: 'load-quota.md',
  },
  {
    name: 'SluiceAuditFailed',
    severity: 'critical',
    of: 'dashboard',
    expression: ({ selector }) =>
      `max by (topic, destination, found) (${auditMetrics.found.name}{${selector},found=~"${auditFaults.join('|')}"}) > 0`,
    summary:
      'An audit of {{ $labels.topic }} in {{ $labels.destination }} has found {{ $value }} {{ $labels.found }}: compare with `sluice audit`',
    runbook: 'audit.md',
  },
  {
    name: 'SluiceAuditOverdue',
    severity: 'warning',
    of: 'dashboard',
    expression: ({ selector, thresholds }) =>
      `max by (app, instance) (${auditMetrics.sinceOk.name}{${selector}}) > ` +
      `${thresholds.auditIntervals} * max by (app, instance) (${auditMetrics.interval.name}{${selector}})`,
    summary: 'No scheduled audit has found everything in place for {{ $value | humanizeDuration }}',
    runbook: 'audit.md',
  },
];

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** The alerts in the form of a rule file of Prometheus. */
export function alertRules(scope: AlertScope): {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
} {
  return { groups: [{ name: 'sluice', rules: alerts.map((alert) => alertRule(alert, scope)) }] };
}

export function alertRule(
  { name, severity, expression, holds, summary, runbook }: Alert,
  scope: AlertScope,
): AlertRule {
  return {
    alert: name,
    expr: expression(scope),
    ...(holds !== undefined && { for: `${holds(scope.thresholds)}s` }),
    labels: { severity },
    annotations: { summary, runbook: `docs/runbooks/${runbook}` },
  };
}
