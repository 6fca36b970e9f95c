import { useEffect, useState } from 'preact/hooks';
import type { ViewProps } from '../view-props.tsx';
import { Empty, Failure } from '../parts/panel.tsx';

/** `/runbooks/NAME`: what to do, from the docs. */
export function Runbook({ address: { parts } }: ViewProps) {
  const [, name = ''] = parts;
  const [text, setText] = useState<string | undefined>();
  const [isAbsent, setAbsent] = useState(false);
  useEffect(() => {
    fetch(`/runbooks/${encodeURIComponent(name)}.md`).then(
      async (response) => {
        const isText = response.headers.get('content-type')?.startsWith('text/markdown') === true;
        if (response.ok && isText) setText(await response.text());
        else setAbsent(true);
      },
      () => setAbsent(true),
    );
  }, [name]);
  if (isAbsent) return <Failure reason={`There is no runbook ${name}.`} />;
  if (text === undefined) return <Empty>Loading …</Empty>;
  return (
    <article class="runbook">
      {blocksOf(text).map((block, at) => (
        <Block key={at} text={block} />
      ))}
    </article>
  );
}

/** Blocks of Markdown: what stands between empty lines, code fences whole. */
const blocksOf = (text: string): string[] => text.match(/```[\s\S]*?```|[^\n][\s\S]*?(?=\n\s*\n|\n```|$)/g) ?? [];

function Block({ text }: { text: string }) {
  if (text.startsWith('```')) return <pre>{text.replace(/^```.*\n/, '').replace(/\n?```$/, '')}</pre>;
  if (text.startsWith('#')) return <h2>{text.replace(/^#+\s*/, '')}</h2>;
  if (/^[-*]\s/.test(text))
    return (
      <ul>
        {text.split(/\n(?=[-*]\s)/).map((item) => (
          <li key={item}>
            <Inline text={item.slice(2)} />
          </li>
        ))}
      </ul>
    );
  if (/^\d+\.\s/.test(text))
    return (
      <ol>
        {text.split(/\n(?=\d+\.\s)/).map((item) => (
          <li key={item}>
            <Inline text={item.replace(/^\d+\.\s/, '')} />
          </li>
        ))}
      </ol>
    );
  if (text.startsWith('|')) return <pre>{text}</pre>;
  return (
    <p>
      <Inline text={text} />
    </p>
  );
}

/** Code between backticks, and links as their text. */
function Inline({ text }: { text: string }) {
  const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');
  return <>{plain.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}
