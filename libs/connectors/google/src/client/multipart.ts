import { randomBytes } from 'node:crypto';
import type { ServiceRequest } from './google-service.ts';

/** The body of an upload: a description and the bytes that it describes. https://cloud.google.com/storage/docs/uploading-objects */
export function multipart(
  description: object,
  content: { contentType: string; parts: readonly Uint8Array[] },
): NonNullable<ServiceRequest['body']> {
  const boundary = `sluice-${randomBytes(16).toString('hex')}`;
  const head =
    `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(description)}\r\n` +
    `--${boundary}\r\ncontent-type: ${content.contentType}\r\n\r\n`;
  return {
    contentType: `multipart/related; boundary=${boundary}`,
    parts: [Buffer.from(head), ...content.parts, Buffer.from(`\r\n--${boundary}--\r\n`)],
  };
}
