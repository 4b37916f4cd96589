import type { BuildFile, BuildFileLimits, BuildFileProblem } from './build-file.ts'
import { type BuildFileDocument, readDocument } from './document.ts'
import { type Field, type Fields, readSection, rootField } from './fields.ts'
import { readImageName } from './image-name.ts'
import { readBuildImage } from './read-build-image.ts'
import { readCommands } from './read-commands.ts'
import { readResources } from './read-resources.ts'
import { badBuildFile } from './refusals.ts'
import { commandsSection, fileSection, raiSection } from './sections.ts'
import { readText } from './values.ts'

export interface BuildFileOptions {
  /** What the sentences call it: `rai_build.yml`, or `the course's build file`. */
  readonly fileName: string
  readonly limits: BuildFileLimits
}

export interface ParsedBuildFile {
  readonly buildFile: BuildFile
  /** What was accepted although it should be written otherwise, or has no effect here. In the order of the file. */
  readonly warnings: readonly BuildFileProblem[]
}

export interface InspectedBuildFile {
  /** Absent when there are errors. */
  readonly buildFile?: BuildFile
  readonly errors: readonly BuildFileProblem[]
  readonly warnings: readonly BuildFileProblem[]
}

/**
 * Parses a build file of schema 0.1 or 0.2.
 *
 * @throws Refusal `bad-build-file`, whose message names the first problems with line and column. Never anything else.
 */
export function parseBuildFile(text: string, options: BuildFileOptions): ParsedBuildFile {
  const { buildFile, errors, warnings } = inspectBuildFile(text, options)
  if (buildFile === undefined) throw badBuildFile(options.fileName, errors)
  return { buildFile, warnings }
}

/** The same, for whoever wants every problem as a value. Never throws. */
export function inspectBuildFile(text: string, { limits }: Pick<BuildFileOptions, 'limits'>): InspectedBuildFile {
  const document = readDocument(text, limits)
  const root = rootField(document)
  const buildFile = root === undefined ? undefined : readFile(document, root, limits)
  const errors = inOrder(document.report.errors)
  const warnings = inOrder(document.report.warnings)
  return buildFile === undefined || errors.length > 0 ? { errors, warnings } : { buildFile, errors, warnings }
}

function readFile(document: BuildFileDocument, root: Field, limits: BuildFileLimits): BuildFile {
  const top = readSection(document, root, fileSection)
  const rai = readSection(document, top.get('rai'), raiSection)
  const parts = readSection(document, top.get('commands'), commandsSection)
  const image = readImageName(document.report, rai.get('image'))
  const buildImage = readBuildImage(document, parts.get('build_image'), limits)
  const commands = readCommands(document, parts.get('build'), limits)
  if (commands.length === 0 && buildImage === undefined) reportNoCommands(document, root, top, parts)
  return {
    version: readVersion(document, rai.get('version')),
    ...(image === undefined ? {} : { image }),
    resources: readResources(document, top.get('resources'), limits),
    commands,
    ...(buildImage === undefined ? {} : { buildImage }),
  }
}

function reportNoCommands({ report }: BuildFileDocument, root: Field, top: Fields, parts: Fields): void {
  if (report.errors.length > 0) return
  const { start } = (parts.get('build') ?? top.get('commands') ?? root).keyPlace
  report.error({ start, end: start }, 'The file has no commands to run.', 'List them below `commands:` and `build:`.')
}

function readVersion({ report }: BuildFileDocument, field: Field | undefined): string {
  const version = (readText(report, field) ?? '0.2').replace(/^v/i, '')
  if (field === undefined || version === '0.2') return '0.2'
  const quoted = report.quote(field.place)
  if (version === '0.1') report.warn(field.place, 'Version 0.1 is read as 0.2.', 'Write `version: 0.2`.')
  else
    report.error(field.place, `\`rai.version\` is \`${quoted}\`, and RAI reads 0.1 and 0.2.`, 'Write `version: 0.2`.')
  return version
}

function inOrder(problems: readonly BuildFileProblem[]): BuildFileProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}
