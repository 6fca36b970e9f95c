import { launchStack, type ServerName } from './launch-stack.ts';

const servers: readonly ServerName[] = ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 's3', 'sqs', 'pubsub'];

/** Vitest's global set-up of integration tests: their servers, before all files; its return value ends them. */
export default async function setUp(): Promise<() => Promise<void>> {
  const stack = await launchStack({ name: `test-${process.pid}`, only: servers });
  // Workers are started after this and inherit the environment.
  Object.assign(process.env, stack.environment);
  return () => stack.stop();
}
