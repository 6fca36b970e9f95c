export { iotEnrichSettings } from './config.ts';
export { iotEnrich } from './iot-enrich.ts';
