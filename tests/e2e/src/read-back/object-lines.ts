import { gunzipSync } from 'node:zlib';

/** One row of an object of JSON lines. */
export interface ObjectLine {
  /** The object's name. */
  object: string;
  line: Readonly<Record<string, unknown>>;
}

/** The lines of all objects whose names begin so, read without the sink's code. */
export async function objectLines(
  { GCS_ENDPOINT: endpoint = '' }: Readonly<Record<string, string>>,
  bucket: string,
  prefix: string,
): Promise<ObjectLine[]> {
  const objects = `${endpoint}/storage/v1/b/${bucket}/o`;
  const names: string[] = [];
  for (let page: string | undefined = ''; page !== undefined;) {
    const query: string = new URLSearchParams({ prefix, pageToken: page }).toString();
    const listing = (await (await fetch(`${objects}?${query}`)).json()) as {
      items?: { name: string }[];
      nextPageToken?: string;
    };
    names.push(...(listing.items ?? []).map(({ name }) => name));
    page = listing.nextPageToken === '' ? undefined : listing.nextPageToken;
  }
  const lines: ObjectLine[] = [];
  for (const object of names) {
    const answer = await fetch(`${objects}/${encodeURIComponent(object)}?alt=media`);
    if (!answer.ok) throw new Error(`Cloud Storage answered ${answer.status} for ${object}`);
    for (const line of gunzipSync(await answer.arrayBuffer())
      .toString()
      .split('\n'))
      if (line !== '') lines.push({ object, line: JSON.parse(line) as ObjectLine['line'] });
  }
  return lines;
}
