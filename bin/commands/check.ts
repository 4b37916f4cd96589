import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { z } from 'zod'
import { acceptLocalSources } from '../../bots/terminal/local-source.ts'
import type { BuildFile } from '../../core/buildfile/build-file.ts'
import { buildFileNames } from '../../core/buildfile/names.ts'
import { inspectBuildFile } from '../../core/buildfile/parse.ts'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import type { CourseFor } from '../../core/course/for-assignment.ts'
import { momentText } from '../../core/course/moment.ts'
import { allowListOf } from '../../core/images/course-images.ts'
import { privateNamespace } from '../../core/images/owner.ts'
import { openSource, type PreparedSource } from '../../core/source/source.ts'
import { type ChosenBuildFile, chooseBuildFile, standingWith } from '../../core/submission/assigned.ts'
import { noBuildFile, noImage, requiredFilesMissing } from '../../core/submission/refusals.ts'
import { repositoryOf } from '../compose/bot-role.ts'
import { buildFileLimitsOf, gitOptionsOf, sourceLimitsOf } from '../compose/stager-role.ts'
import { checkGpus, courseToCheck, limitsToCheck } from './check-for.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

const word = z.string().optional()
const optionsSchema = z.object({ course: word, assignment: word })

/** Adds `check`: the preflight alone. Ends with 0, or with 2 and the reasons. */
export function addCheckCommand(program: Command, io: CommandIo): void {
  program
    .command('check')
    .argument('<path-or-url>', 'folder, archive or repository')
    .description('say whether a student’s submission would be accepted, and what would be left out')
    .option('--course <course>', 'course, where there are several')
    .option('--assignment <name>', 'what it is for')
    .action(async (text: string, given: unknown, command: Command) => {
      const { course, assignment } = optionsSchema.parse(given)
      const { config: file, secret } = globalOptions(command)
      const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
      const judgedBy = await courseToCheck(config, course, assignment)
      const scratch = await mkdtemp(join(tmpdir(), 'rai-check-'))
      try {
        io.setExitCode((await check(config, { text, judgedBy, scratch, io })) ? 0 : 2)
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    })
}

interface Checked {
  readonly text: string
  readonly judgedBy: CourseFor
  readonly scratch: string
  readonly io: CommandIo
}

async function check(config: Config, { text, judgedBy, scratch, io }: Checked) {
  const git = gitOptionsOf(config)
  const names = buildFileNames(config.client.build_file)
  const accept = acceptLocalSources({
    host: hostname(),
    folder: io.cwd,
    otherwise: (words, { ref }) => repositoryOf(config, words, ref),
  })
  const request = await accept(text, {})
  const source = await openSource(request, { limits: sourceLimitsOf(config), scratch, git, buildFileNames: names })
  try {
    io.stdout.write(receipt(source))
    const missing = config.client.submit_requirements.filter((path) => !source.files.has(path))
    if (missing.length > 0) throw requiredFilesMissing(missing)
    const file = chooseBuildFile(judgedBy, source)
    if (file === undefined) throw noBuildFile(names[0] ?? config.client.build_file)
    if (!checkBuildFile(config, judgedBy, file, io)) return false
    const { standing } = standingWith({ standing: { counts: true } }, judgedBy, source)
    io.stdout.write(outcomeOf(judgedBy, standing?.reason))
    return true
  } finally {
    await source.close()
  }
}

function outcomeOf({ assignment, timeZone }: CourseFor, reason: string | undefined): string {
  const { dueAt } = assignment ?? {}
  const due = dueAt === undefined ? '' : `due      ${momentText(dueAt, timeZone)}\n`
  return `${due}${reason === undefined ? 'It would be accepted.' : `It would run, and not count. ${reason}`}\n`
}

function receipt({ entries, bytes, treeHash, commit, leftOut }: PreparedSource): string {
  const size = prettyBytes(bytes, { binary: true })
  const from = commit === undefined ? '' : `commit   ${commit}\n`
  const examples =
    leftOut.examples.length === 0
      ? ''
      : ` (${leftOut.examples.join(', ')}${leftOut.count > leftOut.examples.length ? ', …' : ''})`
  return `${from}files    ${entries}, ${size}\nsha256   ${treeHash}\nleft out ${leftOut.count}${examples}\n`
}

function checkBuildFile(
  config: Config,
  course: CourseFor,
  { name, text }: ChosenBuildFile,
  { stdout, stderr }: CommandIo,
): boolean {
  const limits = limitsToCheck(config, course)
  const { buildFile, errors, warnings } = inspectBuildFile(text, { limits })
  for (const { line, column, problem, hint = '' } of errors)
    stderr.write(`${name}:${line}:${column}: error: ${problem} ${hint}\n`)
  for (const { line, column, problem, hint = '' } of warnings)
    stderr.write(`${name}:${line}:${column}: warning: ${problem} ${hint}\n`)
  if (buildFile === undefined) return false
  checkGpus(course, buildFile)
  stdout.write(`by       ${name}\nimage    ${imageOf(config, course, buildFile)}\n`)
  for (const command of buildFile.commands) stdout.write(`command  ${command.text.trimEnd()}\n`)
  return true
}

/** Whose private image this is, only the records know: it is left to the submission itself. */
function imageOf(config: Config, course: CourseFor, { image = course.image, buildImage }: BuildFile): string {
  if (buildImage !== undefined && buildFileLimitsOf(config).buildImage) return `built from ${buildImage.dockerfile}`
  if (image === undefined) throw noImage('The build file')
  if (privateNamespace(image) !== undefined) return image
  return allowListOf(course).check(image, { course: course.name, account: '' })
}
