import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFrames } from '../../../worker/runner/docker-frames.ts'

function frame(kind: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header[0] = kind
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let rest = bytes
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield rest.subarray(0, size)
    rest = rest.subarray(size)
  }
}

async function collect(source: AsyncIterable<Buffer>) {
  const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  for await (const { stream, bytes } of readFrames(source)) streams[stream].push(bytes)
  return { stdout: Buffer.concat(streams.stdout), stderr: Buffer.concat(streams.stderr) }
}

describe('readFrames', () => {
  it('puts frames together however the reads were cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 50 })), { maxLength: 10 })
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    const property = fc.asyncProperty(frames, sizes, async (parts, cuts) => {
      const whole = Buffer.concat(parts.map(([kind, payload]) => frame(kind, payload)))
      const of = (wanted: number) =>
        Buffer.concat(parts.filter(([kind]) => kind === wanted).map(([, payload]) => payload))
      expect(await collect(cut(whole, cuts))).toEqual({ stdout: of(1), stderr: of(2) })
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('passes a large frame on in pieces, before its end came', async () => {
    const source = (async function* () {
      yield frame(1, Buffer.alloc(100)).subarray(0, 20)
      throw new Error('cut')
    })()
    const frames = readFrames(source)
    expect((await frames.next()).value?.bytes).toHaveLength(12)
    await expect(frames.next()).rejects.toThrow('cut')
  })

  it('refuses a stream that is out of step', async () => {
    await expect(collect(cut(Buffer.from('plain text'), [100]))).rejects.toThrow('out of step')
  })
})
