import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { until } from '../support/until.ts'

/** One process of RAI, as somebody started it from a shell. */
export interface RaiProcess {
  readonly pid: number
  /** All it printed so far, both streams. */
  output(): string
  type(line: string): void
  /** Waits until it printed this, from an offset of `output()` on. */
  says(text: string, from?: number): Promise<void>
  matches(pattern: RegExp, from?: number): Promise<RegExpExecArray>
  /** SIGKILL, at once. */
  kill(): Promise<void>
  /** SIGTERM, and SIGKILL if it does not leave. */
  end(): Promise<void>
  readonly exited: Promise<number | null>
}

const patienceMs = 240_000
const leaveMs = 15_000

/**
 * @param home where it finds nothing of the person who runs the tests.
 * @param env what it has in its environment besides.
 */
export function startRai(words: readonly string[], home: string, env: NodeJS.ProcessEnv = {}): RaiProcess {
  const child = spawn(process.execPath, [resolve('dist/bin/rai.js'), ...words], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, DOCKER_HOST: process.env.DOCKER_HOST, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  let gone = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  // It may leave while we type.
  child.stdin.on('error', () => undefined)
  const exited = new Promise<number | null>((settle) => {
    child.once('exit', (code) => {
      gone = true
      settle(code)
    })
  })

  const find = async <T>(what: string, look: () => T | undefined) => {
    try {
      return await until(() => {
        const found = look()
        if (found === undefined && gone) throw new Error('it has ended')
        return found
      }, patienceMs)
    } catch (error) {
      throw new Error(`rai ${words.join(' ')} did not say ${what}. It said:\n${output}`, { cause: error })
    }
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    type: (line) => child.stdin.write(`${line}\n`),
    says: async (text, from = 0) => {
      await find(text, () => (output.includes(text, from) ? true : undefined))
    },
    matches: (pattern, from = 0) => find(String(pattern), () => pattern.exec(output.slice(from)) ?? undefined),
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    end: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), leaveMs)
      child.kill('SIGTERM')
      await exited
      clearTimeout(timer)
    },
    exited,
  }
}
