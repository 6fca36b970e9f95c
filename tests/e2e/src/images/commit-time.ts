import { root } from '../harness/run-command.ts';
import { runProgram } from './run-program.ts';

/** The seconds since 1970 that files in images have, so that the same sources make the same layer. */
export const commitTime = (): Promise<string> => runProgram('git', ['log', '-1', '--format=%ct'], { cwd: root });
