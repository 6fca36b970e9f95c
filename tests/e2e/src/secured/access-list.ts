import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessRight } from '@sluice/kafka/testing';
import { parse } from 'yaml';
import { root } from '../harness/run-command.ts';

type Lines = readonly (string | Lines)[];

/** The rights of each app, `<role>/<app>`, as infra/kafka/acls.yaml lists them. @throws where a line is not a right */
export async function accessLists(): Promise<ReadonlyMap<string, readonly AccessRight[]>> {
  const lists = parse(await readFile(join(root, 'infra/kafka/acls.yaml'), 'utf8')) as Record<string, Lines>;
  const apps = Object.entries(lists).filter(([name]) => name.includes('/'));
  return new Map(apps.map(([app, lines]) => [app, flat(lines).flatMap(rightsOf)]));
}

const flat = (lines: Lines): string[] => lines.flatMap((line) => (typeof line === 'string' ? [line] : flat(line)));

const form = /^(?<operation>READ|WRITE|DELETE) (?<resource>topic|group|transactional-id) (?<names>\S.*)$/;

function rightsOf(line: string): AccessRight[] {
  const { operation, resource, names = '' } = form.exec(line)?.groups ?? {};
  if (!isOperation(operation) || !isResource(resource))
    throw new Error(`${line} in infra/kafka/acls.yaml is not OPERATION RESOURCE NAME …`);
  return names.split(/\s+/).map((name) => ({ operation, resource, name }));
}

const isOperation = (word?: string): word is AccessRight['operation'] => /^(READ|WRITE|DELETE)$/.test(word ?? '');
const isResource = (word?: string): word is AccessRight['resource'] =>
  /^(topic|group|transactional-id)$/.test(word ?? '');

export const lineOf = ({ operation, resource, name }: AccessRight): string => `${operation} ${resource} ${name}`;
