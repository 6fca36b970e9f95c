import type { FastifyInstance } from 'fastify';
import { addAudits } from './audits.ts';
import { addContracts } from './contracts.ts';
import { addData } from './data.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addLoads } from './loads.ts';
import { addRecords } from './records.ts';
import type { ViewContext } from './view-context.ts';
import { addWhere } from './where.ts';

/** The API behind the views of the page. */
export function addViews(server: FastifyInstance, context: ViewContext): void {
  for (const add of [addRecords, addWhere, addData, addDeadLetters, addAudits, addLoads, addContracts])
    add(server, context);
}
