import type { OutputChunk } from './runner.ts'

const headerBytes = 8

/**
 * Splits the engine's multiplexed stream: frames of one byte stream (0 stdin, 1 stdout, 2 stderr), three zero bytes,
 * four bytes length, payload. Pieces of a frame are passed on as they come, without copying, so memory is bounded by
 * the size of a read. The consumer's pace is the stream's pace.
 */
export async function* readFrames(stream: AsyncIterable<Buffer>): AsyncGenerator<OutputChunk> {
  let header = Buffer.alloc(0)
  let current: OutputChunk['stream'] = 'stdout'
  let missing = 0
  for await (const read of stream) {
    let rest = read
    while (rest.length > 0) {
      if (missing === 0) {
        const taken = headerBytes - header.length
        header = Buffer.concat([header, rest.subarray(0, taken)])
        rest = rest.subarray(taken)
        if (header.length < headerBytes) break
        current = streamOf(header)
        missing = header.readUInt32BE(4)
        header = Buffer.alloc(0)
      }
      const bytes = rest.subarray(0, missing)
      missing -= bytes.length
      rest = rest.subarray(bytes.length)
      if (bytes.length > 0) yield { stream: current, bytes }
    }
  }
}

function streamOf(header: Buffer): OutputChunk['stream'] {
  const [kind, ...zeros] = header.subarray(0, 4)
  if (kind === undefined || kind > 2 || zeros.some((byte) => byte !== 0)) {
    throw new Error(`the engine's output stream is out of step at ${header.toString('hex')}`)
  }
  return kind === 2 ? 'stderr' : 'stdout'
}
