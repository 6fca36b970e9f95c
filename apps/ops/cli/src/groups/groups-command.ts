import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { showGroups } from './show-groups.ts';

/** `sluice groups`: the consumer groups and who is in them. */
export const groupsCommand = (): Command =>
  new Command('groups')
    .description('list the consumer groups with their members and the partitions that each member owns')
    .argument('[group]', 'only this one')
    .option('--json', 'print one JSON object per group')
    .action(async (group: string | undefined, { json }: { json?: boolean }) => {
      await showGroups({ group, json: json === true, environment: process.env, signal: interruption() });
    });
