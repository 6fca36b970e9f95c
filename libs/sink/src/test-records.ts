import {
  compileTranscoder,
  createCodec,
  eventContract,
  eventId,
  prefixBytes,
  type EventContract,
  type WriterSchema,
} from '@sluice/schemas';
