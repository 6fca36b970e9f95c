import { useEffect, useRef } from 'preact/hooks';
import { Problems } from './parts/problems.tsx';
import { Link, useAddress } from './router.tsx';
import { useOverview, type Live } from './server.tsx';
import { Audit } from './views/audit.tsx';
import { Contracts } from './views/contracts.tsx';
import { Data } from './views/data.tsx';
import { DeadLetters } from './views/dead-letters.tsx';
import { Flow } from './views/flow.tsx';
import { Freshness } from './views/freshness.tsx';
import { Loads } from './views/loads.tsx';
import { Records } from './views/records.tsx';
import { Runbook } from './views/runbook.tsx';
import { Where } from './views/where.tsx';

const views = [
  { path: 'flow', title: 'Flow', View: Flow },
  { path: 'freshness', title: 'Freshness', View: Freshness },
  { path: 'where', title: 'Where', View: Where },
  { path: 'records', title: 'Records', View: Records },
  { path: 'data', title: 'Data', View: Data },
  { path: 'dead-letters', title: 'Dead letters', View: DeadLetters },
  { path: 'audit', title: 'Audit', View: Audit },
  { path: 'loads', title: 'Load jobs', View: Loads },
  { path: 'contracts', title: 'Contracts', View: Contracts },
] as const;

const runbook = { path: 'runbooks', title: 'Runbook', View: Runbook };

/** The whole page: navigation, what is wrong, and one view. */
export function App() {
  const address = useAddress();
  const live = useOverview();
  const [path = 'flow'] = address.parts;
  const found = [...views, runbook].find((view) => view.path === path);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${found?.title ?? 'Not found'} – Sluice`;
    // A screen reader reads the new heading; at the first view the browser itself begins at the top.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [found?.title]);
  return (
    <>
      <a class="skip" href="#view">
        Skip to the view
      </a>
      <header class="top">
        <Link to="/flow" class="brand" label="Sluice, to the flow">
          <img src="/icon.svg" alt="" width="26" height="26" />
          Sluice
        </Link>
        <nav aria-label="Views">
          <ul>
            {views.map((view) => (
              <li key={view.path}>
                <Link to={`/${view.path}`} current={view.path === path}>
                  {view.title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Connection live={live} />
      </header>
      <main id="view" tabIndex={-1}>
        <h1 ref={heading} tabIndex={-1}>
          {found?.title ?? 'Not found'}
        </h1>
        <Problems live={live} />
        {found === undefined ? <p>This page has no such view.</p> : <found.View address={address} live={live} />}
      </main>
    </>
  );
}

function Connection({ live: { isConnected, overview } }: { live: Live }) {
  const text = !isConnected ? 'The dashboard’s server does not answer' : overview === undefined ? 'Connecting' : 'Live';
  return (
    <p class={`connection ${isConnected ? 'is-live' : 'is-lost'}`} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </p>
  );
}
