/** One command of the build file. Structurally the runner's `RunCommand`. */
export interface BuildCommand {
  /** What the person wrote, for `$ command` in the log. */
  readonly text: string
  /** What is executed; the first word is the program. */
  readonly argv: readonly [string, ...string[]]
}

export interface GpuRequest {
  /** At least 1. */
  readonly count: number
  /** Lower case: `volta`, `pascal`. */
  readonly architecture?: string
  /** On each GPU. */
  readonly memoryBytes?: number
}

/** A data set to mount into the container. */
export interface DataSource {
  /** Absolute path in the container. */
  readonly mount: string
  readonly url: string
  readonly extract: boolean
  readonly cache: boolean
}

/** What the file asks for, already cut to what the limits allow. Absent: the file does not ask. */
export interface BuildResources {
  /** In Docker's words: `amd64`, `arm64`, `ppc64le`. */
  readonly architecture?: string
  readonly gpu?: GpuRequest
  /** True only when the file asks for it and the limits allow it. */
  readonly network: boolean
  /** Wall time of all commands together. */
  readonly timeMs?: number
  /** What `/build` may hold. */
  readonly dataBytes?: number
  readonly dataSources: readonly DataSource[]
}

/** An image to build from the submission. Registry credentials are never kept: see `hasCredentials`. */
export interface BuildImage {
  readonly imageName?: string
  /** Relative to the root of the submission. */
  readonly dockerfile: string
  readonly noCache: boolean
  readonly push?: ImagePush
}

export interface ImagePush {
  readonly imageName?: string
  readonly registry?: string
  /** The file holds a user name or password. Their values are dropped, because a build file is no place for them. */
  readonly hasCredentials: boolean
}

/** A build file of schema 0.1 or 0.2, checked. A plain value: it can be stored as JSON. */
export interface BuildFile {
  readonly version: string
  /** `undefined`: the course's image, or the configuration's. */
  readonly image?: string
  readonly resources: BuildResources
  /** Empty only when there is a `buildImage`. */
  readonly commands: readonly BuildCommand[]
  readonly buildImage?: BuildImage
}

/** One thing to mend, or to know, and where it stands. */
export interface BuildFileProblem {
  /** 1-based, both. */
  readonly line: number
  readonly column: number
  /** The offending piece of the file, shortened, without control characters and without secrets. */
  readonly text: string
  /** A sentence that stands alone. */
  readonly problem: string
  /** A sentence that says what to write instead. */
  readonly hint?: string
}

export interface BuildFileLimits {
  /** Size of the file. */
  readonly bytes: number
  readonly commands: number
  /** Size of all commands together. */
  readonly commandBytes: number
  /** Longest run; a file that asks for more gets this, and a warning. */
  readonly timeMs: number
  /** Most that `/build` may hold; a file that asks for more gets this, and a warning. */
  readonly dataBytes: number
  /** Whether a file may have the network. */
  readonly network: boolean
  /** Whether data sets are mounted here. */
  readonly dataSources: boolean
  /** Whether images are built here. */
  readonly buildImage: boolean
}

export const defaultBuildFileLimits: BuildFileLimits = {
  bytes: 65_536,
  commands: 200,
  commandBytes: 65_536,
  timeMs: 3_600_000,
  dataBytes: 2_147_483_648,
  network: false,
  dataSources: false,
  buildImage: false,
}
