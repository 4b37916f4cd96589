import { readCommand } from '../../buildfile/command.ts'
import type { AssignedBuildFile, Assignment, Grading, LatePolicy, RankingRule, Timing } from '../assignment.ts'
import type { AssignmentInFile } from './assignment-schema.ts'
import type { Building } from './building.ts'
import { present } from './present.ts'

type Path = readonly PropertyKey[]

/** One assignment as the rest of RAI knows it. What does not fit together is reported, and left out. */
export async function buildAssignment(building: Building, name: string, given: AssignmentInFile): Promise<Assignment> {
  const path = ['assignments', name]
  const opensAt = building.moment([...path, 'opens'], given.opens)
  const dueAt = building.moment([...path, 'due'], given.due)
  if (opensAt !== undefined && dueAt !== undefined && opensAt >= dueAt) {
    building.report([...path, 'due'], 'is not after `opens`')
  }
  const { grading, timing } = given
  return {
    name,
    title: given.title ?? name,
    quotas: (given.quotas ?? []).map(({ per, size, refill }) => ({ per, size, refillMs: refill })),
    requiredFiles: (given.required_files ?? []).map((file) => file.replace(/^\.\//, '')),
    limits: present({
      timeMs: given.limits?.time,
      memoryBytes: given.limits?.memory,
      buildBytes: given.limits?.build,
      gpus: given.limits?.gpus,
    }),
    ...present({
      ...{ opensAt, dueAt },
      late: lateOf(building, [...path, 'late'], given.late, dueAt),
      buildFile: await buildFileOf(building, path, given),
      image: given.image,
      allowedImages: given.allowed_images,
      queue: given.queue,
      visibility: given.visibility,
      repository: given.repository,
      timing: timing === undefined ? undefined : timingOf(timing),
      grading: grading === undefined ? undefined : await gradingOf(building, [...path, 'grading'], grading),
      ranking: rankingOf(building, path, given, dueAt),
    }),
  }
}

type Given<K extends keyof AssignmentInFile> = NonNullable<AssignmentInFile[K]>

function lateOf(building: Building, path: Path, late: Given<'late'> | undefined, dueAt: number | undefined) {
  if (late === undefined) return undefined
  if (dueAt === undefined) return building.report(path, 'says what is late, but there is no `due`')
  const untilAt = building.moment([...path, 'until'], late.until)
  if (untilAt !== undefined && untilAt <= dueAt) building.report([...path, 'until'], 'is not after `due`')
  const policy: LatePolicy = {
    ...{ graceMs: late.grace ?? 0, percentPerDay: late.percent_per_day ?? 0, tokens: late.tokens ?? false },
    ...present({ untilAt }),
  }
  return policy
}

async function buildFileOf(building: Building, path: Path, given: AssignmentInFile) {
  const { build_file: name, enforce_build_file: enforced = false } = given
  const at = [...path, 'build_file']
  if (name === undefined && enforced)
    building.report([...path, 'enforce_build_file'], 'needs a `build_file` to enforce')
  const text = await building.buildFile(at, name)
  const file: AssignedBuildFile | undefined =
    name === undefined || text === undefined ? undefined : { name, text, enforced }
  return file
}

function timingOf({ repetitions, take, of, exclusive_host: exclusiveHost }: Given<'timing'>): Timing {
  return {
    repetitions,
    take: take ?? 'minimum',
    of: of ?? 'last-command',
    exclusiveHost: exclusiveHost ?? false,
  }
}

const usualGradingMs = 10 * 60_000

async function gradingOf(building: Building, path: Path, grading: Given<'grading'>): Promise<Grading> {
  const { commands, artefacts = [], time = usualGradingMs, image } = grading
  if (commands.length === 0) building.report([...path, 'commands'], 'has no commands')
  for (const [index, command] of commands.entries()) {
    const { command: parsed, problems } = readCommand(command)
    const why = problems[0]?.problem ?? 'There is nothing to run.'
    if (parsed === undefined) building.report([...path, 'commands', index], `cannot be run: ${why.replace(/\.$/, '')}`)
  }
  const files = await building.folder([...path, 'files'], grading.files)
  return { commands, artefacts, timeMs: time, ...present({ image, files }) }
}

function rankingOf(building: Building, path: Path, given: AssignmentInFile, dueAt: number | undefined) {
  const { ranking, timing, grading } = given
  if (ranking === undefined) return undefined
  const at = [...path, 'ranking', 'metric']
  if (ranking.metric === 'time' && timing === undefined) building.report(at, 'is time, but there is no `timing`')
  if (ranking.metric === 'score' && grading === undefined) building.report(at, 'is score, but there is no `grading`')
  const frozenAt = building.moment([...path, 'ranking', 'frozen'], ranking.frozen)
  if (frozenAt !== undefined && (dueAt === undefined || frozenAt >= dueAt)) {
    building.report([...path, 'ranking', 'frozen'], 'is not before `due`')
  }
  const rule: RankingRule = {
    metric: ranking.metric,
    order: ranking.order ?? (ranking.metric === 'time' ? 'ascending' : 'descending'),
    of: ranking.of ?? 'best',
    pseudonyms: ranking.pseudonyms ?? false,
    ...present({ validScore: ranking.valid_score, frozenAt }),
  }
  return rule
}
