export { otlpReceiver } from './testing/otlp-receiver.ts';
