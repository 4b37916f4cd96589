import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { configFrom } from '../../core/config/parse.ts'
import type { Config } from '../../core/config/schema.ts'
import { runDemoChannel } from '../demo/channel.ts'
import { type DemoPlace, prepareDemo } from '../demo/prepare.ts'
import type { CommandIo } from './io.ts'
import { openLogger, withOpened } from './start.ts'

const optionsSchema = z.object({ once: z.boolean().default(false) })

/** Adds `demo`: everything in one process, on this machine, with a sample project. */
export function addDemoCommand(program: Command, io: CommandIo): void {
  program
    .command('demo')
    .description('watch a sample submission run on this machine, then try it yourself')
    .option('--once', 'end after the sample; exit code 0 only if it succeeded')
    .action(async (given: unknown) => {
      const { once } = optionsSchema.parse(given)
      const place = await prepareDemo((line) => io.stderr.write(`${line}\n`))
      const folder = await mkdtemp(join(tmpdir(), 'rai-demo-'))
      // What runs in there as somebody else has to pass through it.
      await chmod(folder, 0o711)
      try {
        await runDemo(place, { folder, once, io })
      } finally {
        await rm(folder, { recursive: true, force: true })
        await place.stop()
      }
    })
}

async function runDemo(place: DemoPlace, { folder, once, io }: { folder: string; once: boolean; io: CommandIo }) {
  const config = demoConfig(place, folder, io)
  await withOpened(config, openLogger(config, io, 'error'), { serveLinks: true }, async (started) => {
    io.setExitCode(await runDemoChannel(started, { place, folder, once, io }))
  })
}

/** The embedded default, with bounds that suit a laptop and a repository that this process serves itself. */
function demoConfig({ docker }: DemoPlace, folder: string, { home, cwd }: CommandIo): Config {
  return configFrom(
    {
      app: { name: 'rai', full_name: 'the demo course', data_dir: folder, rate_limit: 0 },
      docker: { ...docker, memory_limit: '512mb', tmp_limit: '64mb', build_limit: '128mb', time_limit: '5m' },
      source: { protocols: ['https', 'http'], allow_private_addresses: true },
    },
    { home, cwd },
  )
}
