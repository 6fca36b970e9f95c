import { listGroups, type GroupDetails } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { jsonLine, printLines } from '../terminal/output.ts';
import { UserError } from '../user-error.ts';

interface MemberRow {
  group: string;
  state: string;
  member: string;
  host: string;
  partitions: string;
}

const columns: readonly Column<MemberRow>[] = [
  { title: 'group', text: ({ group }) => group },
  { title: 'is', text: ({ state }) => state },
  { title: 'member', text: ({ member }) => member, dropped: 2 },
  { title: 'host', text: ({ host }) => host, dropped: 1 },
  { title: 'partitions', text: ({ partitions }) => partitions },
];

/** Prints the consumer groups. @throws UserError when the named one does not exist */
export async function showGroups(options: {
  group: string | undefined;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { group, json, environment, signal } = options;
  const all = await withOperations(environment, signal, listGroups);
  const groups = all.filter((one) => group === undefined || one.group === group);
  if (group !== undefined && groups.length === 0)
    throw new UserError(
      `There is no consumer group ${group}; there ${all.length === 0 ? 'are none yet' : `are ${all.map((one) => one.group).join(', ')}`}.`,
    );
  if (json) process.stdout.write(groups.map(jsonLine).join(''));
  else if (groups.length === 0) printLines(['There are no consumer groups yet: sinks and processors create theirs.']);
  else printLines(fittingTable(columns, groups.flatMap(memberRows), process.stdout));
}

const memberRows = ({ group, state, members }: GroupDetails): MemberRow[] =>
  members.length === 0
    ? [{ group, state, member: '–', host: '–', partitions: '–' }]
    : members.map(({ clientId, host, partitions }) => ({
        ...{ group, state, member: clientId, host },
        partitions: [...Map.groupBy(partitions, ({ topic }) => topic)]
          .map(
            ([topic, those]) =>
              `${topic} ${those
                .map(({ partition }) => partition)
                .sort((a, b) => a - b)
                .join(',')}`,
          )
          .sort()
          .join('  '),
      }));
