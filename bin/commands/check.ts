import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { acceptLocalSources } from '../../bots/terminal/local-source.ts'
import type { BuildFile } from '../../core/buildfile/build-file.ts'
import { buildFileNames } from '../../core/buildfile/names.ts'
import { inspectBuildFile } from '../../core/buildfile/parse.ts'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { allowListOf } from '../../core/images/course-images.ts'
import { privateNamespace } from '../../core/images/owner.ts'
import { openSource, type PreparedSource } from '../../core/source/source.ts'
import { noBuildFile } from '../../core/submission/refusals.ts'
import { repositoryOf } from '../compose/bot-role.ts'
import { courseOf } from '../compose/course-of.ts'
import { buildFileLimitsOf, gitOptionsOf, sourceLimitsOf } from '../compose/stager-role.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

/** Adds `check`: the preflight alone. Ends with 0, or with 2 and the reasons. */
export function addCheckCommand(program: Command, io: CommandIo): void {
  program
    .command('check')
    .argument('<path-or-url>', 'folder, archive or repository')
    .description('say whether a submission would be accepted, and what would be left out')
    .action(async (text: string, _given: unknown, command: Command) => {
      const { config: file, secret } = globalOptions(command)
      const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
      const scratch = await mkdtemp(join(tmpdir(), 'rai-check-'))
      try {
        io.setExitCode((await check(config, { text, scratch, io })) ? 0 : 2)
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    })
}

async function check(config: Config, { text, scratch, io }: { text: string; scratch: string; io: CommandIo }) {
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
    if (source.buildFile === undefined) throw noBuildFile(names[0] ?? config.client.build_file)
    return checkBuildFile(config, source.buildFile, io)
  } finally {
    await source.close()
  }
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

function checkBuildFile(config: Config, { name, text }: { name: string; text: string }, { stdout, stderr }: CommandIo) {
  const limits = buildFileLimitsOf(config)
  const { buildFile, errors, warnings } = inspectBuildFile(text, { limits })
  for (const { line, column, problem, hint = '' } of errors)
    stderr.write(`${name}:${line}:${column}: error: ${problem} ${hint}\n`)
  for (const { line, column, problem, hint = '' } of warnings)
    stderr.write(`${name}:${line}:${column}: warning: ${problem} ${hint}\n`)
  if (buildFile === undefined) return false
  stdout.write(`image    ${imageOf(config, buildFile)}\n`)
  for (const command of buildFile.commands) stdout.write(`command  ${command.text.trimEnd()}\n`)
  stdout.write('It would be accepted.\n')
  return true
}

/** Whose private image this is, only the records know: it is left to the submission itself. */
function imageOf(config: Config, { image = config.docker.image, buildImage }: BuildFile): string {
  if (buildImage !== undefined && buildFileLimitsOf(config).buildImage) return `built from ${buildImage.dockerfile}`
  const course = courseOf(config)
  if (privateNamespace(image) !== undefined) return image
  return allowListOf(course).check(image, { course: course.name, account: '' })
}
