// dashboard: a page that shows the flow, live. It reads from Kafka, the destinations and the apps. It writes only with DASHBOARD_WRITE.
import { runApp } from '@sluice/telemetry';
import { dashboardRules, dashboardSettings } from './config.ts';
import { runDashboard } from './run-dashboard.ts';

void runApp(
  {
    name: 'dashboard',
    description: 'shows the flow, records, dead letters and audits on a page',
    settings: dashboardSettings,
    rules: dashboardRules,
    parts: ['page'],
    run: runDashboard,
  },
  process.env,
);
