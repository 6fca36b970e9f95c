/** Passes a line on, unless the same line was passed on less than `everyMs` ago: trouble that goes on need not be told all the time. */
export function seldom(say: (line: string) => void, everyMs: number, nowMs = () => performance.now()): typeof say {
  const said = new Map<string, number>();
  return (line) => {
    const now = nowMs();
    for (const [other, saidMs] of said) if (now - saidMs >= everyMs) said.delete(other);
    if (said.has(line)) return;
    said.set(line, now);
    say(line);
  };
}
