const defaults = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/tmp',
}

/** Variables through which an image could have its own code loaded into every program, or pose as us. */
const hooks = /^(?:LD_(?:PRELOAD|AUDIT|DEBUG.*)|BASH_ENV|ENV|PROMPT_COMMAND|GCONV_PATH|NVIDIA_.*|RAI(?:_.*)?)$/

/**
 * The environment of the commands: what the image sets, without hooks, then what the caller sets. `PATH` and `HOME`
 * are always there.
 *
 * @param image the image's `NAME=value` entries.
 */
export function commandEnvironment(image: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const merged: Record<string, string> = { ...defaults, ...withoutHooks(image), ...own }
  return Object.entries(merged).map(([name, value]) => `${name}=${value}`)
}

function withoutHooks(entries: readonly string[]): Record<string, string> {
  const pairs = entries.map((entry): [string, string] => {
    const end = entry.indexOf('=')
    return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)]
  })
  return Object.fromEntries(pairs.filter(([name]) => !hooks.test(name)))
}
