import { type Rights, type Role, roles } from '../../directory/rights.ts'
import type { Assignment } from '../assignment.ts'
import type { Course, CourseChannel, TeamPolicy } from '../course.ts'
import { buildAssignment } from './build-assignment.ts'
import type { Building } from './building.ts'
import { present } from './present.ts'
import type { CourseInFile, RightsInFile } from './schema.ts'

/** A course as the rest of RAI knows it. @param defaults what the configuration says where the file is silent. */
export async function buildCourse(building: Building, given: CourseInFile, defaults: Course): Promise<Course> {
  const assignments = await Promise.all(
    Object.entries(given.assignments ?? {}).map(([name, assignment]) => buildAssignment(building, name, assignment)),
  )
  checkTogether(building, given, assignments)
  checkExclusive(building, assignments, given.queue ?? defaults.queue)
  return {
    ...defaults,
    name: given.name,
    title: given.title ?? given.name,
    timeZone: building.timeZone,
    channels: (given.channels ?? []).map(channelOf),
    assignments,
    ...present({
      ...{ queue: given.queue, weight: given.weight, supersede: given.supersede, image: given.image },
      ...{ allowedImages: given.allowed_images, registry: given.registry, timeMs: given.time_limit },
      repository: given.repository,
      ...{ keepGoing: given.keep_going, visibility: given.visibility, publicResults: given.public_results },
      ...{ waitingLimit: given.waiting_jobs, intervalMs: given.rate_limit, lateTokens: given.late_tokens },
      defaultBuildFile: await building.buildFile(['build_file'], given.build_file),
      staffChannel: staffChannelOf(given),
      teams: teamsOf(building, given),
      rights: given.rights === undefined ? undefined : rightsOf(given.rights),
    }),
  }
}

type ChannelInFile = NonNullable<CourseInFile['channels']>[number]

function channelOf(entry: ChannelInFile): CourseChannel {
  if (!('assignment' in entry) && !('platform' in entry)) return entry.channel
  if ('platform' in entry) return entry
  return { ...entry.channel, ...present({ assignment: entry.assignment }) }
}

function checkTogether(building: Building, given: CourseInFile, assignments: readonly Assignment[]): void {
  for (const [index, channel] of (given.channels ?? []).map(channelOf).entries()) {
    const { assignment } = channel
    if (assignment === undefined || assignments.some(({ name }) => name === assignment)) continue
    building.report(['channels', index, 'assignment'], `is ${assignment}, and there is no such assignment`)
  }
  for (const { name, late } of assignments) {
    if (late?.tokens !== true || (given.late_tokens ?? 0) > 0) continue
    building.report(
      ['assignments', name, 'late', 'tokens'],
      'takes late tokens, and the course gives none',
      'Set `late_tokens`.',
    )
  }
}

/** Whatever waits in such a queue has the host to itself, so that no other work may be in it. */
function checkExclusive(building: Building, assignments: readonly Assignment[], usual: string): void {
  for (const { name, timing, queue = usual } of assignments) {
    if (timing?.exclusiveHost !== true || queue !== usual) continue
    building.report(
      ['assignments', name, 'timing', 'exclusive_host'],
      `needs a queue of its own, and ${name} goes to ${usual} with everything else`,
      'Give the assignment a `queue` that a worker serves (`server.queues`).',
    )
  }
}

/** Ids of Discord's channels are unique, so its place needs no workspace. */
function staffChannelOf({ staff_channel: channel }: CourseInFile): Course['staffChannel'] {
  if (channel === undefined) return undefined
  return { platform: channel.platform, workspace: channel.workspace ?? '', channel: channel.channel ?? '' }
}

function teamsOf(building: Building, { teams }: CourseInFile): TeamPolicy | undefined {
  if (teams === undefined) return undefined
  return { size: teams.size, ...present({ lockedAt: building.moment(['teams', 'locked'], teams.locked) }) }
}

function rightsOf(given: Partial<Record<Role, RightsInFile | undefined>>): NonNullable<Course['rights']> {
  const pairs = roles.flatMap((role) => {
    const rights = given[role]
    return rights === undefined ? [] : [[role, changesOf(rights)] as const]
  })
  return Object.fromEntries(pairs)
}

function changesOf(given: RightsInFile): Partial<Rights> {
  return present({
    ...{ submit: given.submit, staff: given.staff, unlimited: given.unlimited, longRuns: given.long_runs },
    ...{ timeMs: given.time_limit, storageBytes: given.build_size, gpus: given.gpus, queues: given.queues },
    ...{ network: given.network, waitingLimit: given.waiting_jobs, intervalMs: given.rate_limit },
    ...{ sees: given.sees, actsOn: given.acts_on, enrols: given.enrols },
  })
}
