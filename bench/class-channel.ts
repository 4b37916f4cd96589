import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import type { CommandIo } from '../bin/commands/io.ts'
import { openDeployment } from '../bin/compose/deployment.ts'
import { createTerminalRole, openTerminal } from '../bin/compose/terminal-role.ts'
import { runWorkerRole } from '../bin/compose/worker-role.ts'
import { ensureEngine } from '../bin/machine/engine.ts'
import { dockerClient } from '../bin/machine/engine-probe.ts'
import { busyboxImage, ensureBusyboxImage } from '../bin/machine/images.ts'
import { handleCommand } from '../bots/commands/handle.ts'
import { configFrom } from '../core/config/parse.ts'
import type { ConfigInput } from '../core/config/schema.ts'
import type { BenchContext } from './bench.ts'
import { type Counter, counted } from './cost/counter.ts'

export interface Submitted {
  /** From the line in the channel, in milliseconds: the first line of output in the live log, the verdict in the thread. */
  readonly firstLineMs: number
  readonly verdictMs: number
}

/** A whole deployment in this process, with one student who hands in a trivial job. */
export interface ClassChannel {
  readonly dockerHost: string
  readonly image: string
  /** Resolves when the verdict is in the thread. Rejects for another verdict than success. */
  submit(): Promise<Submitted>
  close(): Promise<void>
}

export interface ChannelOptions extends Pick<BenchContext, 'folder' | 'log' | 'say'> {
  readonly slots: number
  readonly docker?: NonNullable<ConfigInput['docker']>
  readonly command: string
  /** Instead of the demo's parts. */
  readonly parts?: Pick<ConfigInput, 'aws' | 'broker' | 'store' | 'pubsub'>
  /** Told of every call of the records and of the chat. */
  readonly counter?: Counter
}

interface Verdict {
  readonly submission: string
  readonly ok: boolean
}

/** Bots, stager, queue, worker, store and log as in the demo, and the engine of this machine. */
export async function openClassChannel({
  folder,
  log,
  say,
  slots,
  docker,
  command,
  parts,
  counter,
}: ChannelOptions): Promise<ClassChannel> {
  const engine = await ensureEngine(say)
  await ensureBusyboxImage(dockerClient(engine.host), say)
  const image = busyboxImage.name
  const buildFile = `rai: {version: 0.2, image: "${image}"}\ncommands: {build: [${JSON.stringify(command)}]}\n`
  const io = quietIo(folder)
  const config = configFrom(
    {
      app: { name: 'rai', data_dir: join(folder, 'data'), rate_limit: 0 },
      server: { number_of_workers: slots },
      ...parts,
      docker: {
        ...{ host: engine.host, image, pull: 'never', memory_limit: '256mb', build_limit: '128mb', tmp_limit: '64mb' },
        ...docker,
      },
    },
    io,
  )
  const stop = new AbortController()
  const opened = await openDeployment({ config, log, signal: stop.signal, serveLinks: false })
  const firstLines = new Map<string, number>()
  const verdicts = new Map<string, (seen: Verdict) => void>()
  const deployment = {
    ...opened,
    ...(counter === undefined ? {} : { records: counted(opened.records, 'records', counter) }),
    bus: {
      ...opened.bus,
      append: async (...[id, entries]: Parameters<typeof opened.bus.append>) => {
        await opened.bus.append(id, entries)
        const hasOutput = entries.some(({ pieces }) => pieces.some(({ stream }) => stream === 'stdout'))
        if (hasOutput && !firstLines.has(id)) firstLines.set(id, performance.now())
      },
    },
  }
  const projects = new Map<string, string>()
  const terminal = openTerminal(deployment, io)
  const chat = counter === undefined ? terminal.chat : counted(terminal.chat, 'chat', counter)
  const role = await createTerminalRole(
    deployment,
    {
      ...terminal,
      chat: {
        ...chat,
        postRoot: async (place, card, delivery) => {
          const root = await chat.postRoot(place, card, delivery)
          projects.set(root, /project-\d+/.exec(card.title)?.[0] ?? '')
          return root
        },
        post: async (root, card, delivery) => {
          const sent = await chat.post(root, card, delivery)
          const ended = card.tone === 'good' || card.tone === 'bad' || card.tone === 'ours'
          const { submission = '' } = card
          if (ended) verdicts.get(projects.get(root) ?? '')?.({ submission, ok: card.tone === 'good' })
          return sent
        },
      },
    },
    io,
  )
  const running = Promise.all([
    role.run(stop.signal),
    runWorkerRole(deployment, { signal: stop.signal, dockerHost: engine.host }),
  ])
  running.catch((error: unknown) => say(String(error)))

  let made = 0
  async function submit(): Promise<Submitted> {
    made += 1
    const name = `project-${made}`
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'rai_build.yml'), buildFile)
    const verdict = new Promise<Verdict>((resolve) => verdicts.set(name, resolve))
    const started = performance.now()
    await terminal.ask(`/rai submit ${join(folder, name)}`, (request) => handleCommand(role.context, request))
    const { submission, ok } = await verdict
    const verdictMs = performance.now() - started
    verdicts.delete(name)
    if (!ok) throw new Error(`the job ${submission} of the bench did not succeed`)
    return { firstLineMs: (firstLines.get(submission) ?? Number.NaN) - started, verdictMs }
  }

  return {
    dockerHost: engine.host,
    image,
    submit,
    async close() {
      stop.abort()
      await running
      terminal.close()
      await opened.close()
      await engine.stop()
    },
  }
}

function quietIo(folder: string): CommandIo {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })
  return {
    env: {},
    home: folder,
    cwd: folder,
    stdin: new PassThrough(),
    stdout: nowhere(),
    stderr: nowhere(),
    setExitCode: () => {},
  }
}
