import type { Overview } from '../../../src/api/overview.ts';
import { go } from '../router.tsx';
import { columnTitles, flowLayout, nodeHeight, nodeWidth, type FlowEdge, type FlowNode } from './flow-layout.tsx';

/** The flow as a picture. The tables below it say the same in words, so screen readers leave it out. */
export function FlowPicture({ overview, chosen }: { overview: Overview; chosen: string | undefined }) {
  const { nodes, edges, width, height } = flowLayout(overview);
  return (
    <div class="flow-picture">
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        {columnTitles.map(([x, title]) => (
          <text key={title} x={x + 8} y={16} class="column">
            {title}
          </text>
        ))}
        {edges.map((edge) => (
          <Edge key={edge.key} edge={edge} />
        ))}
        {nodes.map((node) => (
          <Node key={node.key} node={node} isChosen={node.key === chosen} />
        ))}
      </svg>
    </div>
  );
}

function Node({ node, isChosen }: { node: FlowNode; isChosen: boolean }) {
  const { x, y, title, detail, tone, to } = node;
  return (
    <g class={`node ${tone} ${isChosen ? 'is-chosen' : ''}`} onClick={() => go(to)}>
      <title>{`${title}: ${detail}`}</title>
      <rect x={x} y={y} width={nodeWidth} height={nodeHeight} rx={6} class="box" />
      <rect x={x} y={y + 8} width={4} height={nodeHeight - 16} rx={2} class="state" />
      <text x={x + 14} y={y + 19} class="name">
        {cut(title, 21)}
      </text>
      <text x={x + 14} y={y + 36} class="detail">
        {cut(detail, 25)}
      </text>
    </g>
  );
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function Edge({ edge }: { edge: FlowEdge }) {
  const { from, to, tone, rate, weight, isBack, lane } = edge;
  const startY = from.y + (isBack ? nodeHeight - 8 : 10 + Math.min(lane, 2) * 13);
  const endY = to.y + (isBack ? nodeHeight - 8 : nodeHeight / 2);
  const [startX, endX] = isBack ? [from.x, to.x + nodeWidth] : [from.x + nodeWidth, to.x];
  const bend = Math.max(36, Math.abs(endX - startX) * 0.42) * (isBack ? -1 : 1);
  const path = `M${startX},${startY} C${startX + bend},${startY} ${endX - bend},${endY} ${endX},${endY}`;
  return (
    <g class={`edge ${tone} ${isBack ? 'is-back' : ''}`}>
      <path d={path} style={{ strokeWidth: 1 + Math.min(3, Math.log10(1 + weight)) }} />
      {rate !== '–' && (
        <text x={isBack ? startX - 6 : startX + 6} y={startY - 3} text-anchor={isBack ? 'end' : 'start'}>
          {rate}
        </text>
      )}
    </g>
  );
}
