import type { ContainerRuntime } from './container-runtime.ts';
import { dockerRuntime } from './docker-runtime.ts';
import { ociRuntime } from './oci-runtime.ts';
import { succeeds } from './run-program.ts';

/** The engine that answers, or else the tools that engines are made of. */
export async function availableRuntime(): Promise<ContainerRuntime> {
  for (const engine of ['docker', 'podman']) if (await succeeds(engine, ['info'])) return dockerRuntime(engine);
  return ociRuntime();
}
