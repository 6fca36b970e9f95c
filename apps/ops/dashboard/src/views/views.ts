import type { FastifyInstance } from 'fastify';
import type { Logger } from '@sluice/telemetry';
import type { DashboardConfig } from '../config.ts';
import type { Places } from '../places.ts';
import { addAudits } from './audits.ts';
import { addContracts } from './contracts.ts';
import { addData } from './data.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addLoads } from './loads.ts';
import { addRecords } from './records.ts';
import { addWhere } from './where.ts';

/** What the routes of all views are made with. */
export interface ViewContext {
  config: DashboardConfig;
  places: Places;
  logger: Logger;
  /** Aborted when the server ends. */
  signal: AbortSignal;
}

/** The API behind the views of the page. */
export function addViews(server: FastifyInstance, context: ViewContext): void {
  for (const add of [addRecords, addWhere, addData, addDeadLetters, addAudits, addLoads, addContracts])
    add(server, context);
}
