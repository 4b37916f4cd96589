import { describe, expect, it } from 'vitest'
import { readInitMessages, runMessage } from '../../../../worker/runner/init/messages.ts'

function frame(letter: string, body: Buffer | string): Buffer {
  const header = Buffer.alloc(5)
  header.write(letter, 0, 'latin1')
  header.writeUInt32BE(Buffer.byteLength(body), 1)
  return Buffer.concat([header, Buffer.from(body)])
}

async function read(bytes: Buffer, pieceBytes: number) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  const told = { stdout: '', stderr: '' }
  const others: unknown[] = []
  for await (const message of readInitMessages(pieces())) {
    if (message.kind === 'output') told[message.chunk.stream] += message.chunk.bytes.toString()
    else others.push(message)
  }
  return { ...told, others }
}

describe('what PID 1 says', () => {
  const all = Buffer.concat([
    frame('r', ''),
    frame('o', 'out'),
    frame('e', 'x\u0000err'),
    frame('x', Buffer.from([0, 0, 0, 139])),
    frame('n', Buffer.from([0x65, 0, 0, 0, 2])),
    frame('o', ''),
    frame('d', ''),
  ])

  it.each([1, 2, 7, 1000])('is understood in pieces of %d bytes', async (pieceBytes) => {
    expect(await read(all, pieceBytes)).toEqual({
      stdout: 'out',
      stderr: 'x\u0000err',
      others: [
        { kind: 'ready' },
        { kind: 'ended', code: 139 },
        { kind: 'not-started', step: 'e', errno: 2 },
        { kind: 'none-left' },
      ],
    })
  })

  it.each([
    ['an unknown letter', frame('q', '')],
    ['an end without its code', frame('x', '1')],
    ['a length that no message has', frame('x', 'x'.repeat(65))],
  ])('is not trusted with %s', async (_what, bytes) => {
    await expect(read(bytes, 1000)).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
  })
})

describe('a command for PID 1', () => {
  it('is words and variables, each ended by a NUL', () => {
    const message = runMessage(['echo', 'a b'], ['A=1'])
    expect(message?.subarray(13).toString()).toBe('echo\u0000a b\u0000A=1\u0000')
    expect([message?.readUInt32BE(5), message?.readUInt32BE(9)]).toEqual([2, 1])
  })

  it('cannot be given more words by a NUL in one', () => {
    expect(runMessage(['echo', 'a\u0000b'], [])?.subarray(13).toString()).toBe('echo\u0000a\u0000')
  })

  it('is refused when it is too long', () => {
    expect(runMessage(['x'.repeat(2 ** 20)], [])).toBeUndefined()
    expect(
      runMessage(
        ['x'],
        Array.from({ length: 20_000 }, () => 'A=1'),
      ),
    ).toBeUndefined()
  })
})
