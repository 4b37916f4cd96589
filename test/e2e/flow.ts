import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GitBackend, serveRepositories } from '../../bin/demo/git-backend.ts'
import { makeSampleRepositories } from '../../bin/demo/sample-repository.ts'
import { dockerClient } from '../../bin/machine/engine-probe.ts'
import { testImage } from '../support/images.ts'
import { service } from '../support/service.ts'
import { until } from '../support/until.ts'
import type { Installation } from './installation.ts'
import type { RaiProcess } from './rai-process.ts'

export interface Flow {
  readonly name: string
  create(): Promise<Installation>
  /** How many of each run. */
  readonly workers: number
}

/** A build file of the smallest image, one command a line. */
export function buildFile(commands: readonly string[], more = ''): string {
  const lines = commands.map((command) => `    - ${JSON.stringify(command)}`)
  return `rai:\n  version: 0.2\n  image: ${testImage}\n${more}commands:\n  build:\n${lines.join('\n')}\n`
}

const slow = { timeout: 150_000 }

/** The whole way from a line in a channel to the verdict in its thread, whichever parts carry it. */
export function describeFlow({ name, create, workers }: Flow): void {
  describe(`the whole flow, ${name}`, slow, () => {
    let installation: Installation
    let bot: RaiProcess
    let running: RaiProcess[]
    let git: GitBackend

    beforeAll(async () => {
      installation = await create()
      running = await Promise.all(Array.from({ length: workers }, () => installation.startWorker()))
      bot = await installation.startBot()
      const folder = await installation.folder({})
      await makeSampleRepositories(folder, ['hello-c', 'fails-c'])
      git = await serveRepositories(folder)
    }, 150_000)

    afterAll(async () => {
      await git?.close()
      await installation?.close()
    })

    /** A submission's log, as its link gives it. */
    async function storedLog(id: string): Promise<string> {
      const from = bot.output().length
      bot.type(`/rai link ${id}`)
      const [, url = ''] = await bot.matches(/(http:\/\/\S*log-\S+)/, from)
      return (await fetch(url)).text()
    }

    it('runs a repository to success, line by line, with links that work', async () => {
      const id = await installation.submit(bot, `${git.url}/hello-c.git`)
      const { verdict, result, staged } = await installation.finished(id)
      await bot.says('Succeeded')
      expect(verdict).toBe('succeeded')
      expect(staged?.commit).toMatch(/^[0-9a-f]{40}$/)
      expect(result?.commands.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
      expect(bot.output()).toContain('155611 primes')
      expect(await storedLog(id)).toContain('155611 primes')
      expect(result?.build?.bytes).toBeGreaterThan(0)
    })

    it('shows the first error of what does not compile', async () => {
      const from = bot.output().length
      const id = await installation.submit(bot, `${git.url}/fails-c.git`)
      const { verdict, result } = await installation.finished(id)
      expect(verdict).toBe('failed')
      expect(result?.exitCode).toBe(2)
      await bot.matches(/\.c:\d+/, from)
    })

    it('stops what runs too long, and keeps what it printed', async () => {
      const source = await installation.folder({
        'rai_build.yml': buildFile(['echo before', 'sleep 60'], 'resources:\n  limits:\n    time: 2s\n'),
      })
      const id = await installation.submit(bot, source)
      const { verdict, result } = await installation.finished(id)
      expect(verdict).toBe('timed-out')
      expect(result?.sentence).toContain('2s')
      expect(await storedLog(id)).toContain('before\n')
    })

    it('cancels what runs when asked in the channel', async () => {
      const source = await installation.folder({ 'rai_build.yml': buildFile(['echo "I began"', 'sleep 60']) })
      const from = bot.output().length
      const id = await installation.submit(bot, source)
      await bot.matches(/I began\n/, from)
      bot.type(`/rai cancel ${id}`)
      expect(await installation.finished(id)).toMatchObject({ verdict: 'cancelled' })
    })

    it('refuses what has no build file, and says what to do', async () => {
      const from = bot.output().length
      const id = await installation.submit(bot, await installation.folder({ 'main.c': 'int main;\n' }))
      expect(await installation.finished(id)).toMatchObject({ verdict: 'refused', result: { code: 'no-build-file' } })
      await bot.says('There is no rai_build.yml', from)
    })

    it('gives one verdict and a whole log when a worker is killed in the middle', async () => {
      const source = await installation.folder({
        'rai_build.yml': buildFile(['echo one', 'sleep 4', 'echo two']),
      })
      const from = bot.output().length
      const id = await installation.submit(bot, source)
      await bot.matches(/│ one\n/, from)
      await Promise.all(running.map((worker) => worker.kill()))
      running = [await installation.startWorker()]
      const finished = await installation.finished(id)
      expect(finished, running.map((worker) => worker.output()).join('')).toMatchObject({
        verdict: 'succeeded',
        attempt: 2,
      })
      expect(await storedLog(id)).toMatch(/one\n[\s\S]*two\n/)
      await bot.says('Succeeded', from)
      expect(bot.output().slice(from).split('✔ Succeeded')).toHaveLength(2)
      await until(async () => ((await sandboxesOf(id)).length === 0 ? true : undefined), 30_000)
    })
  })
}

async function sandboxesOf(submission: string) {
  const docker = dockerClient(service('docker').host)
  return docker.listContainers({ all: true, filters: { label: [`rai.submission=${submission}`] } })
}
