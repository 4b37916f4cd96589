import { ProviderError } from '../../core/errors.ts'
import type { Ending } from './place.ts'
import type { OutputChunk } from './runner.ts'

const notVisible = /chdir to cwd|\/build/
const notThere =
  /executable file not found|no such file or directory|permission denied|exec format error|is a directory|not a directory/
const noRoom = /resource temporarily unavailable|cannot allocate memory|argument list too long/i

/**
 * Why the engine could not start a program, from its text, which differs between engines and runtimes.
 * A sandbox that earlier commands left full of processes is the commands' own failure, with a line that says so.
 */
export async function explainStart(said: string, sink: (chunk: OutputChunk) => Promise<void>): Promise<Ending> {
  const ownFault = !notVisible.test(said.replace(/exec: "(?:[^"\\]|\\.)*"/g, ''))
  if (ownFault && noRoom.test(said)) {
    const text = 'This command could not be started: what the commands before it left running uses up the limits.\n'
    await sink({ stream: 'stderr', bytes: Buffer.from(text) })
    return { kind: 'exited', code: 126 }
  }
  if (ownFault && notThere.test(said)) return { kind: 'not-found' }
  throw new ProviderError({ provider: 'docker', operation: 'start command', retryable: true, cause: new Error(said) })
}
