import { describe, expect, it } from 'vitest'
import { explainStart } from '../../../worker/runner/docker-start-error.ts'
import type { OutputChunk } from '../../../worker/runner/runner.ts'

const prefix = 'OCI runtime exec failed: exec failed: unable to start container process: '

async function explain(said: string) {
  const lines: string[] = []
  const sink = async ({ bytes }: OutputChunk) => void lines.push(bytes.toString())
  return { ending: await explainStart(said, sink), lines }
}

describe('explainStart', () => {
  it.each([
    `${prefix}exec: "nope": executable file not found in $PATH: unknown\r\n`,
    `${prefix}exec: "/etc": permission denied: unknown`,
    `${prefix}exec: "./x": stat ./x: no such file or directory: unknown`,
    `${prefix}exec: "/build/x": permission denied: unknown`,
    `${prefix}exec: "/src/a.txt": exec format error: unknown`,
    'executable file `nope` not found in $PATH: No such file or directory: executable file not found',
  ])('takes %j for a program that is not there', async (said) => {
    expect(await explain(said)).toEqual({ ending: { kind: 'not-found' }, lines: [] })
  })

  it('blames the commands for a sandbox they left full, and says so', async () => {
    const { ending, lines } = await explain(
      `${prefix}fork/exec /proc/self/exe: resource temporarily unavailable: unknown`,
    )
    expect(ending).toEqual({ kind: 'exited', code: 126 })
    expect(lines.join()).toContain('left running')
  })

  it.each([`${prefix}chdir to cwd ("/build") set in config.json failed: permission denied: unknown`, 'something new'])(
    'blames nobody but the engine for %j',
    async (said) => {
      await expect(explain(said)).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    },
  )
})
