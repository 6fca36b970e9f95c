export { shipLogSchema, type ShipLog } from './testing/ship-logs.ts';
