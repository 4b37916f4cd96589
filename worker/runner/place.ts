import type { OutputChunk, RunCommand } from './runner.ts'

/** How one command ended, before anybody asked why. */
export type Ending =
  /** As a shell shows it: 128 + n for signal n. */
  | { readonly kind: 'exited'; readonly code: number }
  /** The program does not exist in the image, or cannot be executed. */
  | { readonly kind: 'not-found' }
  /** Everything ended, because the memory limit took the sandbox itself. */
  | { readonly kind: 'sandbox-out-of-memory' }

export interface MemoryReading {
  /** How often the kernel killed something here because of the memory limit, ever. */
  readonly kills?: number
  readonly peakBytes?: number
}

/** What `runCommands` needs of a runner. Everything rejects with `ProviderError` when the engine fails. */
export interface Place {
  /** Resolves when the command has ended and its output was taken. One at a time. */
  execute(command: RunCommand, sink: (chunk: OutputChunk) => Promise<void>): Promise<Ending>
  /** TERM to every process of the commands. May fail silently, where the sandbox is too full for it. */
  terminate(): Promise<void>
  /** KILL to every process of the commands; a pending `execute` then resolves. Safe to call again. */
  kill(): Promise<void>
  /** @param needed for a verdict; otherwise a place where reading is slow may answer `{}`. */
  memory(needed: boolean): Promise<MemoryReading>
  /** Whether `/build` was found full at any time since the last call. `needed` as above. */
  buildWasFull(needed: boolean): Promise<boolean>
}
