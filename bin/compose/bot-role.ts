import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { Budget } from '../../bots/budget.ts'
import type { Chat } from '../../bots/chat.ts'
import type { CommandContext, Limit } from '../../bots/commands/request.ts'
import type { KeysDesk } from '../../bots/delivery/desk.ts'
import type { FindPerson } from '../../bots/delivery/options.ts'
import type { SignLinks } from '../../bots/links.ts'
import { createViewQueue } from '../../bots/queue-view.ts'
import type { StaffChannelOptions } from '../../bots/staff/staff-channel.ts'
import { openStoredLog } from '../../bots/thread/log-file.ts'
import { type ThreadOptions, threadDefaults } from '../../bots/thread/options.ts'
import { createThreads } from '../../bots/thread/threads.ts'
import type { Config } from '../../core/config/schema.ts'
import { pseudonymKey } from '../../core/ranking/pseudonyms.ts'
import { weightsOf } from '../../core/schedule/weights.ts'
import { checkGitUrl } from '../../core/source/git-url.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import { signLinks } from '../../core/submission/links.ts'
import type { SourceRequest } from '../../core/vocabulary.ts'
import { createCouriers, keysDeskOf } from './couriers.ts'
import type { Deployment } from './deployment.ts'
import { retentionOf, runRetentionRole } from './retention-role.ts'
import { buildFileLimitsOf, createStagerRole, gitOptionsOf } from './stager-role.ts'

export interface BotRoleOptions {
  readonly chat: Chat
  readonly budgets: { readonly edits: Budget; readonly posts: Budget }
  /** Also takes what is no repository: the terminal's folders. */
  readonly checkSource?: CommandContext['checkSource']
  readonly openAttachment?: SourceOptions['openAttachment']
  /** Whom a roster means here. Without it, nobody gets direct messages. */
  readonly findPerson?: FindPerson
  /** Reads a roster on this host: the terminal's. */
  readonly openFile?: KeysDesk['openFile']
  /** Where else this process can fetch sources: `host:<name>`. */
  readonly places?: readonly string[]
  readonly onLine?: ThreadOptions['onLine']
  /** How often changes are looked for, and clocks redrawn, where no platform's rates forbid it. */
  readonly pace?: Pick<ThreadOptions, 'pollMs' | 'tickMs'>
  /** Nobody but the submitter reads this workspace. */
  readonly alone?: boolean
  /** Where the staff of courses without a channel of their own are told what went wrong. */
  readonly staffChannel?: string | undefined
}

/** What a transport needs to answer commands, and the loops that keep its threads alive. */
export interface BotRole {
  readonly context: CommandContext
  /** Stages and renders until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export async function createBotRole(deployment: Deployment, options: BotRoleOptions): Promise<BotRole> {
  const { chat, openAttachment } = options
  const stager = await createStagerRole(deployment, {
    places: [`${chat.platform}:${chat.workspace}`, ...(options.places ?? [])],
    ...(openAttachment === undefined ? {} : { openAttachment }),
  })
  const context = contextOf(deployment, options, () => poke([stager, threads, couriers]))
  const couriers = createCouriers(deployment, options)
  const threads = createThreads(threadOptionsOf(deployment, options, context))
  return {
    context,
    run: async (signal) => {
      await Promise.all([
        stager.run(signal),
        threads.run(signal),
        couriers.run(signal),
        runRetentionRole(deployment, signal),
      ])
    },
  }
}

function poke(loops: readonly { poke(): void }[]): void {
  for (const loop of loops) loop.poke()
}

function contextOf(deployment: Deployment, options: BotRoleOptions, onChange: () => void): CommandContext {
  const { config, records, directory, courses, bus, log } = deployment
  return {
    records,
    directory,
    courses,
    logs: bus,
    checkSource: options.checkSource ?? ((text, { ref }) => repositoryOf(config, text, ref)),
    viewQueue: createViewQueue({
      lookup: records.lookup,
      fleet: records.fleet,
      weights: () => weightsOf(courses.all()),
    }),
    links: linksOf(deployment),
    bounds: buildFileLimitsOf(config),
    limits: limitsOf(config),
    keys: keysDeskOf(deployment, options),
    poke: onChange,
    logger: log,
    store: deployment.store,
    linkSeconds: config.limits.link_lifetime_seconds,
    retention: retentionOf(config),
    pseudonymKey: (course, assignment) => pseudonymKey(deployment.secret, course, assignment),
    now: Date.now,
  }
}

type GitRequest = Extract<SourceRequest, { kind: 'git' }>

/** What somebody typed as a repository; `ref` is what they named beside it. Throws a `Refusal`. */
export function repositoryOf(config: Config, text: string, ref: string | undefined): GitRequest {
  const address = checkGitUrl(text, gitOptionsOf(config))
  const wanted = ref ?? address.ref
  return {
    kind: 'git',
    url: address.url,
    ...(wanted === undefined ? {} : { ref: wanted }),
    ...(address.folder === undefined ? {} : { folder: address.folder }),
  }
}

function linksOf({ store, config }: Deployment): SignLinks {
  return async (submission) => {
    const { build, log } = await signLinks(store, submission, config.limits.link_lifetime_seconds)
    const expiries = [build, log].flatMap((link) => (link === undefined ? [] : [link.expiresAt]))
    return {
      ...(build === undefined ? {} : { build: build.url }),
      ...(log === undefined ? {} : { log: log.url }),
      expiresAt: Math.min(...expiries),
    }
  }
}

function threadOptionsOf(
  deployment: Deployment,
  options: BotRoleOptions,
  context: CommandContext,
): StaffChannelOptions {
  const { chat, budgets, alone, onLine, pace, staffChannel } = options
  return {
    ...context,
    chat,
    budgets,
    openLog: openStoredLog(deployment.store),
    owner: deployment.owner,
    staffChannel,
    leaseMs: Math.min(threadDefaults.leaseMs, deployment.config.server.lease_seconds * 1000),
    ...pace,
    ...(alone === undefined ? {} : { alone }),
    ...(onLine === undefined ? {} : { onLine }),
  }
}

/** What `rai limits` shows besides what the course and the role decide. */
export function limitsOf({ docker, source, limits }: Config): Limit[] {
  const size = (bytes: number) => prettyBytes(bytes, { binary: true })
  return [
    { label: 'Memory', value: size(docker.memory_limit) },
    { label: 'CPUs', value: String(docker.cpu_limit) },
    { label: 'Processes', value: String(docker.pid_limit) },
    { label: '/tmp', value: size(docker.tmp_limit) },
    { label: 'Largest file', value: size(docker.file_size_limit) },
    { label: 'Output', value: size(docker.output_limit) },
    { label: 'Archive you attach', value: size(source.upload_bytes) },
    {
      label: 'Repository',
      value: `${size(source.repository_bytes)}, fetched within ${prettyMilliseconds(source.clone_time)}`,
    },
    { label: 'Submission, unpacked', value: `${size(source.unpacked_bytes)}, ${source.entries} files and folders` },
    { label: 'Result that is kept', value: `${size(limits.result_bytes)}, ${limits.result_entries} files and folders` },
    { label: 'Kept for', value: `${limits.object_lifetime_days} days` },
    { label: 'Links work for', value: prettyMilliseconds(limits.link_lifetime_seconds * 1000) },
  ]
}
