/** What Nx is given for one package. */
interface Nodes {
  projects: Record<string, { name: string; targets: Record<string, { command: string }> }>;
}

export declare const createNodesV2: [
  pattern: string,
  nodesOf: (files: readonly string[], options: undefined, context: { workspaceRoot: string }) => [string, Nodes][],
];
