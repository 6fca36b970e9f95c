import type { Overview } from '../../../src/api/overview.ts';
import { clock } from '../format.tsx';
import { Link } from '../router.tsx';
import type { Live } from '../server.tsx';

interface Problem {
  key: string;
  sentence: string;
  runbook: string;
}

/** What is wrong now: servers first, then apps, then what they make late. */
function problemsOf({ servers, apps, deliveries }: Overview): Problem[] {
  const down = servers.filter(({ isUp }) => isUp === false);
  const faulty = apps.filter(({ state }) => state === 'waiting' || state === 'not running');
  const explained = new Set([...down.map(({ name }) => name as string), ...faulty.map(({ name }) => name)]);
  const late = deliveries.filter(
    ({ state, app, destination }) =>
      (state === 'stuck' || state === 'behind') && !explained.has(app) && !explained.has(destination ?? ''),
  );
  return [
    ...down.map(({ name, title, address, sinceMs, reason }) => ({
      key: `server ${name}`,
      sentence: `${title} at ${address} unreachable since ${clock(sinceMs)}${reason === undefined ? '' : `: ${reason}`}`,
      runbook: 'sluice-not-ready',
    })),
    ...faulty.map(({ name, state, sinceMs, reason }) => ({
      key: `app ${name}`,
      sentence: `${name} is ${state} since ${clock(sinceMs)}${reason === undefined ? '' : `: ${reason}`}`,
      runbook: state === 'waiting' ? 'sluice-not-ready' : 'sluice-down',
    })),
    ...late.map(({ app, topic, reason }) => ({
      key: `late ${app} ${topic}`,
      sentence: `${topic} → ${app}: ${reason}`,
      runbook: 'sluice-behind',
    })),
  ];
}

/** On every view: what is wrong, and what to do about it. */
export function Problems({ live: { overview } }: { live: Live }) {
  const problems = overview === undefined ? [] : problemsOf(overview);
  return (
    <div role="status" class="problems-frame">
      {problems.length > 0 && (
        <ul class="problems">
          {problems.map(({ key, sentence, runbook }) => (
            <li key={key}>
              <span aria-hidden="true">■</span>
              <span>{sentence}</span>
              <Link to={`/runbooks/${runbook}`} label={`What to do: ${sentence}`}>
                What to do
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
