import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

// Every state of the page is an address: a path and parameters.

const changed = 'sluice:address';

/** Goes to an address of the page. @param replace leaves no entry in the history, as for text while it is typed */
export function go(address: string, replace = false): void {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  dispatchEvent(new Event(changed));
}

export interface Address {
  /** The parts of the path, decoded. */
  parts: string[];
  query: URLSearchParams;
}

const present = (): Address => ({
  parts: location.pathname.split('/').filter(Boolean).map(decodeURIComponent),
  query: new URLSearchParams(location.search),
});

export function useAddress(): Address {
  const [address, setAddress] = useState(present);
  useEffect(() => {
    const read = () => setAddress(present());
    addEventListener(changed, read);
    addEventListener('popstate', read);
    return () => {
      removeEventListener(changed, read);
      removeEventListener('popstate', read);
    };
  }, []);
  return address;
}

/** An address of the page; parameters without a value are left out. */
export function addressOf(
  parts: readonly (string | number)[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** The present address with other parameters. */
export function withQuery(changes: Readonly<Record<string, string | number | undefined>>): string {
  const { parts, query } = present();
  return addressOf(parts, { ...Object.fromEntries(query), ...changes });
}

/** A link within the page. */
export function Link(props: {
  to: string;
  class?: string;
  label?: string | undefined;
  current?: boolean;
  children: ComponentChildren;
}) {
  const { to, children, current = false } = props;
  return (
    <a
      href={to}
      {...(props.class !== undefined && { class: props.class })}
      {...(props.label !== undefined && { 'aria-label': props.label })}
      {...(current && { 'aria-current': 'page' as const })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
