import type { ConfigInput } from '../../core/config/schema.ts'
import { messageOf } from '../../core/errors.ts'
import { type Engine, ensureEngine } from '../machine/engine.ts'
import { dockerClient } from '../machine/engine-probe.ts'
import { courseImage, ensureCourseImage } from '../machine/images.ts'
import { ensurePackages, type Say } from '../machine/packages.ts'

/** Where the demo's commands run. */
export interface DemoPlace {
  /** What the configuration says about it. */
  readonly docker: NonNullable<ConfigInput['docker']>
  /** One line for the person. */
  readonly described: string
  /** Ends what was started for the demo. */
  stop(): Promise<void>
}

/** Brings a machine to where the demo can run: git, an engine, an image. Says what it does. */
export async function prepareDemo(say: Say): Promise<DemoPlace> {
  await ensurePackages([{ package: 'git', provides: 'git', why: 'fetch repositories' }], say)
  let engine: Engine
  try {
    engine = await ensureEngine(say)
  } catch (error) {
    return withoutEngine(messageOf(error), say)
  }
  try {
    await ensureCourseImage(dockerClient(engine.host), say)
  } catch (error) {
    await engine.stop()
    throw error
  }
  return {
    docker: { host: engine.host, image: courseImage.name, pull: 'never' },
    described: engine.startedByUs ? 'Docker, started for this demo' : 'the Docker engine of this machine',
    stop: () => engine.stop(),
  }
}

/** Only here, and only loudly: a worker never gives up its engine by itself. */
async function withoutEngine(reason: string, say: Say): Promise<DemoPlace> {
  say('')
  say('!! NO DOCKER ENGINE CAN BE HAD HERE. The demo goes on with bubblewrap, which isolates less:')
  say("!! commands see this machine's own programs, read-only. Never run other people's code like this.")
  say(`!! (${reason})`)
  say('')
  await ensurePackages(
    [
      { package: 'bubblewrap', provides: 'bwrap', why: 'run commands apart from this machine, without an engine' },
      { package: 'gcc', provides: 'gcc', why: 'compile the sample project' },
      { package: 'libc6-dev', provides: '/usr/include/stdio.h', why: 'compile the sample project' },
      { package: 'make', provides: 'make', why: 'build the sample project' },
    ],
    say,
  )
  return {
    docker: { runner: 'bubblewrap' },
    described: 'bubblewrap, because no Docker engine can be had',
    stop: async () => undefined,
  }
}
