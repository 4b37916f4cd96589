import { ProviderError } from '../../../core/errors.ts'
import type { OutputChunk } from '../runner.ts'

/** What PID 1 of a sandbox says: see `init.c`. */
export type InitMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly chunk: OutputChunk }
  /** The command has ended, with the exit code as a shell shows it. */
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'not-started'; readonly step: string; readonly errno: number }
  /** After a KILL: no process but PID 1 is left. */
  | { readonly kind: 'none-left' }

const headerBytes = 5
/** Of every message but output, which is passed on as it comes. */
const longestMessage = 64

/** Splits what PID 1 writes into messages; output comes in pieces, as it was read. Throws when it is out of step. */
export async function* readInitMessages(stream: AsyncIterable<Buffer>): AsyncGenerator<InitMessage> {
  let held: Buffer = Buffer.alloc(0)
  let output: { readonly stream: OutputChunk['stream']; missing: number } | undefined
  for await (const read of stream) {
    let rest = held.length === 0 ? read : Buffer.concat([held, read])
    while (rest.length > 0) {
      if (output !== undefined) {
        const bytes = rest.subarray(0, output.missing)
        output.missing -= bytes.length
        rest = rest.subarray(bytes.length)
        yield { kind: 'output', chunk: { stream: output.stream, bytes } }
        if (output.missing === 0) output = undefined
        continue
      }
      if (rest.length < headerBytes) break
      const [letter, length] = [String.fromCharCode(rest[0] ?? 0), rest.readUInt32BE(1)]
      if (letter === 'o' || letter === 'e') {
        rest = rest.subarray(headerBytes)
        if (length > 0) output = { stream: letter === 'o' ? 'stdout' : 'stderr', missing: length }
        continue
      }
      if (length > longestMessage) throw outOfStep(letter)
      if (rest.length < headerBytes + length) break
      yield messageOf(letter, rest.subarray(headerBytes, headerBytes + length))
      rest = rest.subarray(headerBytes + length)
    }
    held = rest
  }
}

function messageOf(letter: string, body: Buffer): InitMessage {
  if (letter === 'r') return { kind: 'ready' }
  if (letter === 'd') return { kind: 'none-left' }
  if (letter === 'x' && body.length === 4) return { kind: 'ended', code: body.readUInt32BE(0) }
  if (letter === 'n' && body.length === 5) {
    return { kind: 'not-started', step: String.fromCharCode(body[0] ?? 0), errno: body.readUInt32BE(1) }
  }
  throw outOfStep(letter)
}

function outOfStep(letter: string): ProviderError {
  const cause = new Error(`PID 1 of a sandbox is out of step at ${JSON.stringify(letter)}`)
  return new ProviderError({ provider: 'docker', operation: 'read output', retryable: true, cause })
}

export const terminateMessage = frame('t', Buffer.alloc(0))
export const killMessage = frame('k', Buffer.alloc(0))

/** What PID 1 takes in one message, and how many words or variables. */
const bounds = { bytes: 1024 * 1024, words: 16_383 }

/** `undefined` when it is more than PID 1 takes. @param environment `NAME=value`. */
export function runMessage(argv: readonly string[], environment: readonly string[]): Buffer | undefined {
  const strings = [...argv, ...environment].map((text) => `${text.split('\0')[0]}\0`)
  const counts = Buffer.alloc(8)
  counts.writeUInt32BE(argv.length, 0)
  counts.writeUInt32BE(environment.length, 4)
  const body = Buffer.concat([counts, Buffer.from(strings.join(''))])
  const fits = body.length <= bounds.bytes && Math.max(argv.length, environment.length) <= bounds.words
  return fits ? frame('x', body) : undefined
}

function frame(letter: string, body: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.write(letter, 0, 'latin1')
  header.writeUInt32BE(body.length, 1)
  return Buffer.concat([header, body])
}
