/** Asks BigQuery, as a user would. @returns the answer's rows, each value as the service writes it */
export async function queriedRows(
  { BIGQUERY_ENDPOINT: endpoint = '', BIGQUERY_PROJECT: project = '' }: Readonly<Record<string, string>>,
  query: string,
): Promise<(string | null)[][]> {
  const answer = await fetch(`${endpoint}/bigquery/v2/projects/${project}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, useLegacySql: false }),
  });
  if (!answer.ok) throw new Error(`BigQuery answered ${answer.status}: ${await answer.text()}`);
  const { rows = [] } = (await answer.json()) as { rows?: { f: { v: string | null }[] }[] };
  return rows.map(({ f }) => f.map(({ v }) => v));
}
