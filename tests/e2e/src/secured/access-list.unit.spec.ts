import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../harness/run-command.ts';
import { accessLists } from './access-list.ts';

it('every app has its rights in infra/kafka/acls.yaml', async () => {
  const apps = globSync('{sources,processors,sinks}/*', { cwd: join(root, 'apps') });
  expect([...(await accessLists()).keys()].toSorted()).toEqual(apps.toSorted());
});
