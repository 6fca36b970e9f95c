import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { contracts, deadLetterTopic, topicName } from '@sluice/contracts';
import { flowApps } from '../start/apps/flows.ts';

/**
 * Adds `completion SHELL`, which prints a script for bash, zsh, fish or PowerShell, and the hidden command that such a script calls for
 * each Tab. Commands, options and their choices are completed, and the names that are known without asking a server: those of the events'
 * topics and of the apps. Call it when all commands are added.
 */
export function addCompletion(program: Command): void {
  const root = tab(program, { completionCommandName: 'completion' });
  for (const [command, argument, names] of knownNames) {
    const found = root.commands.get(command)?.arguments.get(argument);
    if (found !== undefined)
      found.handler = (complete) => {
        for (const name of names) complete(name, '');
      };
  }
}

const topics = contracts.map(topicName);
const apps = flowApps.filter(({ role }) => role !== 'source').map(({ name }) => name);

/** By command and argument. */
const knownNames: readonly (readonly [command: string, argument: string, names: readonly string[]])[] = [
  ['tail', 'topic', [...topics, ...topics.map(deadLetterTopic)]],
  ['produce', 'topic', topics],
  ['topics describe', 'topic', topics],
  ['topics alter', 'topic', topics],
  ['reset-offsets', 'group', apps],
  ['groups', 'group', apps],
  ['tap', 'app', apps],
];
