import { bigqueryRules, bigquerySettings, warehouseReader, type WarehouseReader } from '@sluice/connector-google';
import { commandConfig } from '../settings.ts';

/**
 * BigQuery, as the environment says.
 *
 * @param signal abandons requests under way
 * @throws ConfigError
 */
export const bigqueryAccess = (environment: NodeJS.ProcessEnv, signal: AbortSignal): WarehouseReader =>
  warehouseReader(commandConfig(bigquerySettings, environment, bigqueryRules), signal);
