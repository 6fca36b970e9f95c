import type { ComponentChildren } from 'preact';
import type { Answer } from '../server.tsx';

/** A part of a view under a heading of its own. */
export function Panel(props: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  const { title, aside, children } = props;
  return (
    <section class={`panel ${props.class ?? ''}`}>
      <header>
        <h2>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** What there is instead of data. */
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

/** Why there is no answer. */
export const Failure = ({ reason }: { reason: string }) => (
  <p class="failure" role="alert">
    {reason}
  </p>
);

/** Shows an answer: its error, that it is waited for, or its data. After an error the last data stays. */
export function Loaded<T>({ answer, children }: { answer: Answer<T>; children: (data: T) => ComponentChildren }) {
  const { data, error } = answer;
  return (
    <>
      {error !== undefined && <Failure reason={error} />}
      {data !== undefined ? children(data) : error === undefined && <p class="empty">Loading …</p>}
    </>
  );
}
