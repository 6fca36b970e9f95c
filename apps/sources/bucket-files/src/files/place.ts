/** Where files are. */
export type Place =
  | { store: 's3' | 'gs'; bucket: string; prefix: string }
  /** An absolute or relative path. */
  | { store: 'folder'; folder: string };

/**
 * Reads the setting of where files are: `s3://bucket/prefix`, `gs://bucket/prefix`, or the path of a folder.
 *
 * @returns undefined where it is none of these
 */
export function placeOf(text: string): Place | undefined {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined) return { store: 'folder', folder: text };
  const [, bucket = '', prefix = ''] = /^([^/]+)\/?(.*)$/.exec(rest) ?? [];
  const store = scheme.toLowerCase();
  return (store === 's3' || store === 'gs') && bucket !== '' ? { store, bucket, prefix } : undefined;
}
