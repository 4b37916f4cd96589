/** A key that files in the wild put here, although it belongs elsewhere. */
interface MovedKey {
  /** What follows the key in the warning. */
  readonly problem: string
  readonly hint: string
}

/** The keys of one map of the build file. */
export interface Section {
  /** Dotted; empty for the file itself. */
  readonly path: string
  readonly keys: readonly string[]
  readonly moved?: Readonly<Record<string, MovedKey>>
}

function belongsIn(path: string): MovedKey {
  return { problem: 'is accepted here, but stands in the wrong place.', hint: `Write it as \`${path}\`.` }
}

export const fileSection: Section = { path: '', keys: ['rai', 'resources', 'commands'] }

export const raiSection: Section = { path: 'rai', keys: ['version', 'image'] }

export const resourcesSection: Section = {
  path: 'resources',
  keys: ['cpu', 'gpu', 'dataresources', 'limits'],
  moved: {
    network: belongsIn('resources.limits.network'),
    time: belongsIn('resources.limits.time'),
    datasize: belongsIn('resources.limits.datasize'),
    gpus: belongsIn('resources.gpu.count'),
    cache: { problem: 'has no effect.', hint: 'The key exists for each data set: `resources.dataresources[].cache`.' },
  },
}

export const cpuSection: Section = { path: 'resources.cpu', keys: ['architecture'] }

export const gpuSection: Section = { path: 'resources.gpu', keys: ['architecture', 'count', 'memory'] }

export const limitsSection: Section = { path: 'resources.limits', keys: ['network', 'time', 'datasize'] }

export const dataSection: Section = { path: 'resources.dataresources[]', keys: ['mount', 'source', 'cache'] }

export const dataSourceSection: Section = { path: 'resources.dataresources[].source', keys: ['url', 'extract'] }

export const commandsSection: Section = { path: 'commands', keys: ['build_image', 'build'] }

export const buildImageSection: Section = {
  path: 'commands.build_image',
  keys: ['image_name', 'dockerfile', 'no_cache', 'push'],
}

export const pushSection: Section = {
  path: 'commands.build_image.push',
  keys: ['push', 'image_name', 'registry', 'credentials'],
}

export const credentialsSection: Section = {
  path: 'commands.build_image.push.credentials',
  keys: ['username', 'password'],
}

const sections = [
  ...[fileSection, raiSection, resourcesSection, cpuSection, gpuSection, limitsSection, dataSection, dataSourceSection],
  ...[commandsSection, buildImageSection, pushSection, credentialsSection],
]

/** Every key of a build file, dotted, outermost first. */
export const knownPaths: readonly string[] = sections.flatMap(({ path, keys }) =>
  keys.map((key) => (path === '' ? key : `${path}.${key}`)),
)
