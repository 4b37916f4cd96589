import { isMap, isScalar } from 'yaml'
import type { BuildCommand, BuildFileLimits } from './build-file.ts'
import { type CommandProblem, readCommand } from './command.ts'
import type { BuildFileDocument } from './document.ts'
import { type Field, isAbsent, kindOf, readItems } from './fields.ts'
import type { Place } from './report.ts'
import { locateInScalar } from './scalar-places.ts'

/** Reads `commands.build`. Empty entries are skipped, as the original did, with a warning. */
export function readCommands(
  document: BuildFileDocument,
  field: Field | undefined,
  limits: BuildFileLimits,
): readonly BuildCommand[] {
  if (field === undefined || isAbsent(field.node)) return []
  const items = readItems(document, field)
  if (items === undefined) {
    const problem = `\`commands.build\` has to be a list of commands, and is ${kindOf(field.node)}.`
    document.report.error(field.place, problem, 'Begin each command with `- ` on a line of its own.')
    return []
  }
  return isTooMuch(document, field, items, limits) ? [] : items.flatMap((item) => readItem(document, item) ?? [])
}

function isTooMuch({ report }: BuildFileDocument, field: Field, items: readonly Field[], limits: BuildFileLimits) {
  // An alias repeats a command for three bytes, so what the file weighs says nothing about what it holds.
  const bytes = items.reduce((sum, { node }) => sum + (isScalar(node) ? Buffer.byteLength(String(node.value)) : 0), 0)
  if (items.length > limits.commands) {
    report.error(field.keyPlace, `There are ${items.length} commands, and ${limits.commands} are allowed.`, scriptHint)
  } else if (bytes > limits.commandBytes) {
    report.error(
      field.keyPlace,
      `The commands have ${bytes} bytes, and ${limits.commandBytes} are allowed.`,
      scriptHint,
    )
  } else return false
  return true
}

const scriptHint = 'Put them into a script in your project and run that.'

function readItem(document: BuildFileDocument, { node, place }: Field): BuildCommand | undefined {
  const { report } = document
  if (!isScalar(node) || typeof node.value !== 'string') return notText(document, { node, place })
  const value = node.value
  const text = value.trim()
  const { command, problems } = readCommand(text)
  const offset = value.length - value.trimStart().length
  for (const problem of problems) reportAt(document, node, value, offset, place, problem)
  if (command === undefined && problems.length === 0) report.warn(place, 'This command is empty, and is skipped.')
  return command
}

/** `- echo: done` is a map to YAML. */
function notText({ report }: BuildFileDocument, { node, place }: Pick<Field, 'node' | 'place'>): undefined {
  const hint = isMap(node)
    ? "Put the command in quotes, because a colon followed by a space makes it a map: - '…'"
    : undefined
  return report.error(
    place,
    `A command has to be text, and \`${report.quote(place)}\` is ${kindOf(node)} to YAML.`,
    hint,
  )
}

function reportAt(
  { report, text }: BuildFileDocument,
  node: Field['node'],
  value: string,
  offset: number,
  place: Place,
  { severity, at, problem, hint }: CommandProblem,
): void {
  const start = locateInScalar(text, node, value, offset + at) ?? place.start
  const add = severity === 'error' ? report.error : report.warn
  add({ start, end: Math.max(place.end, start) }, problem, hint)
}
