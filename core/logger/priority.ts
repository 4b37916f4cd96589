/** Severities of syslog, which journald uses as well. */
function severityOf(level: number): number {
  if (level >= 60) return 2
  if (level >= 50) return 3
  if (level >= 40) return 4
  return level >= 30 ? 6 : 7
}

/** `<N>` before a line of pino's JSON: how `logger --prio-prefix` and journald are told its importance. */
export function priorityPrefix(line: string): string {
  const level = /^\{"level":(\d+)/.exec(line)?.[1]
  return `<${severityOf(level === undefined ? 30 : Number(level))}>`
}
