import type { Readable } from 'node:stream'

/** One command of the build file, already split into words. */
export interface RunCommand {
  /** What the person wrote, for `$ command` in the log. */
  readonly text: string
  /** What is executed; the first word is the program. */
  readonly argv: readonly [string, ...string[]]
}

/** Every bound of one run. Bytes, milliseconds, counts. */
export interface RunLimits {
  /** Wall time of all commands together. */
  readonly timeMs: number
  /** From TERM to KILL. */
  readonly graceMs: number
  readonly memoryBytes: number
  /** In CPUs; may be fractional. */
  readonly cpus: number
  readonly pids: number
  /** What `/build` can hold. */
  readonly buildBytes: number
  /** What `/tmp` can hold. It counts as memory. */
  readonly tmpBytes: number
  /** `/dev/shm`; it counts as memory. */
  readonly shmBytes: number
  /** Largest file a command can write. */
  readonly fileBytes: number
  readonly openFiles: number
  /** What all commands together may print, both streams. */
  readonly outputBytes: number
}

/** The GPUs of one run. */
export interface GpuGrant {
  /** UUIDs as `nvidia-smi` prints them: `GPU-…`. At least one. */
  readonly devices: readonly string[]
}

export interface SandboxRequest {
  readonly submission: string
  readonly attempt: number
  readonly image: string
  /**
   * Environment of the commands, over what the image sets (less the variables that load code into every program).
   * `PATH` and `HOME` are set where both leave them out.
   */
  readonly environment: Readonly<Record<string, string>>
  readonly limits: RunLimits
  /** `internal`: the network of the deployment that leads nowhere else, where the course allows it. */
  readonly network: 'none' | 'internal'
  /** Leased to this attempt alone. Absent: none, and nothing of them is to be seen. A runner that has no way refuses. */
  readonly gpus?: GpuGrant
  /** A tar stream (uncompressed) whose entries become `/src`. */
  readonly source: () => Promise<Readable>
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Buffer
}

export interface CommandResult {
  readonly text: string
  /** As a shell shows it: 128 + n when signal n ended it. `null` when we ended it. */
  readonly exitCode: number | null
  /** `SIGSEGV`, `SIGKILL`, … when that is what the exit code stands for. A program can also choose such a code. */
  readonly signal?: string
  readonly durationMs: number
}

/**
 * Why the run ended, in the vocabulary of verdicts. Exactly one, decided by the runner, which alone saw it: what we
 * ended, or else the first failure.
 */
export type RunCause =
  | { readonly kind: 'completed' }
  | { readonly kind: 'command-failed'; readonly index: number }
  /** The program does not exist in the image, or cannot be executed. */
  | { readonly kind: 'command-not-found'; readonly index: number; readonly program: string }
  | { readonly kind: 'timed-out' }
  /** A command failed, and the kernel killed some of it for memory meanwhile. One that survives that has not failed. */
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'output-limit' }
  /** A command failed, and it had filled `/build`, or wanted a file larger than `fileBytes`. */
  | { readonly kind: 'disk-limit'; readonly limit: 'build' | 'file' }
  /** `signal` aborted: a cancel, or a lost lease. */
  | { readonly kind: 'aborted' }

export interface RunOutcome {
  readonly cause: RunCause
  /** One a command that was started, in order. */
  readonly commands: readonly CommandResult[]
  readonly durationMs: number
  /** `undefined` where the engine cannot tell. */
  readonly peakMemoryBytes?: number
}

export interface RunOptions {
  readonly commands: readonly RunCommand[]
  /** Go on with the next command after one failed. */
  readonly keepGoing: boolean
  /**
   * Called with each chunk in order; the runner waits for it, so a slow sink slows the program down. A command ends
   * with its own process: what it left in the background runs on until the run ends, its output is dropped.
   */
  readonly onOutput: (chunk: OutputChunk) => void | Promise<void>
  /** Called before each command starts and after it ended. */
  readonly onCommand: (event: CommandEvent) => void | Promise<void>
  readonly signal: AbortSignal
}

export type CommandEvent =
  | { readonly kind: 'started'; readonly index: number; readonly command: RunCommand }
  | { readonly kind: 'ended'; readonly index: number; readonly result: CommandResult }

/** One fresh place to run one attempt in: `run` once, then `collect` as often as needed, then `remove`. */
export interface Sandbox {
  /** `sha256:…` of the image that runs, or a note where there is no image. */
  readonly imageDigest: string
  /** Never rejects for what the commands do: that is the outcome. Rejects with `ProviderError` when the engine fails. */
  run(options: RunOptions): Promise<RunOutcome>
  /**
   * What `/build` holds now, as a tar stream whose names are relative to `/build`. Still works after a time-out,
   * an out-of-memory kill or an abort. The bytes are hostile: filter them.
   */
  collect(): Promise<Readable>
  /** Kills and removes everything. Safe to call at any time, and again. */
  remove(): Promise<void>
}

/** Whether the attempt's lease still stands. When it rejects, the sweep does too, and removes nothing more. */
export type IsLive = (submission: string, attempt: number) => boolean | Promise<boolean>

export interface SweepReport {
  readonly removed: readonly { readonly submission: string; readonly attempt: number }[]
}

/**
 * Where commands run, as a port. Methods may be called concurrently.
 * They reject with `ProviderError` when the engine fails, and with `Refusal` for an image that cannot be had
 * (`unknown-image`) or cannot run commands (`unusable-image`).
 */
export interface Runner {
  /** For the records: `docker` or `bubblewrap`, with the version. */
  describe(): Promise<string>
  check(): Promise<void>
  /** Leaves nothing behind when it rejects. Rejects with the signal's reason when that aborts meanwhile. */
  open(request: SandboxRequest, signal: AbortSignal): Promise<Sandbox>
  /** Removes every sandbox with our label on this host for which `isLive` says no. Never touches anything else. */
  sweep(isLive: IsLive): Promise<SweepReport>
  close(): Promise<void>
}
