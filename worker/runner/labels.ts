/** What our containers, volumes and folders are known by, so that a sweep finds them and nothing else. */
export interface SandboxLabels {
  readonly submission: string
  readonly attempt: number
}

/** Labels of one sandbox. `rai.started` is when it was made, in milliseconds since the epoch. */
export function labelsOf(sandbox: SandboxLabels, owner: string, prefix: string): Record<string, string> {
  return {
    [`${prefix}.submission`]: sandbox.submission,
    [`${prefix}.attempt`]: String(sandbox.attempt),
    [`${prefix}.owner`]: owner,
    [`${prefix}.started`]: String(Date.now()),
  }
}

/** `undefined` for labels that we did not write. */
export function readLabels(labels: Readonly<Record<string, string>>, prefix: string): SandboxLabels | undefined {
  return readName(`${labels[`${prefix}.submission`]}-${labels[`${prefix}.attempt`]}`)
}

/** The name of a sandbox's folder: `<submission>-<attempt>`. */
export function nameOf({ submission, attempt }: SandboxLabels): string {
  return `${submission}-${attempt}`
}

/** Also of one that had to be told from others of the same attempt: `<submission>-<attempt>-<number>`. */
export function readName(name: string): SandboxLabels | undefined {
  const match = /^([A-Za-z0-9]+)-([0-9]{1,9})(?:-[0-9]{1,9})?$/.exec(name)
  return match?.[1] === undefined ? undefined : { submission: match[1], attempt: Number(match[2]) }
}
