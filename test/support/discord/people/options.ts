import type { Channel, Json } from '../model.ts'
import type { CommandOption } from '../routes/command-checks.ts'
import { wireFile } from '../wire/file.ts'
import { wireUser } from '../wire/people.ts'
import type { World } from '../world.ts'
import { type Attachment, upload } from './attachment.ts'

/** What somebody typed or chose for the options of a command, by name. Users and the like by their id. */
export type OptionValues = Readonly<Record<string, string | number | boolean | Attachment>>

export interface FilledIn {
  readonly options: readonly Json[]
  readonly resolved: Json
}

/** Discord's numbers for the kinds of options. */
export const optionTypes = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  attachment: 11,
} as const

const expected: Readonly<Record<number, string>> = { 3: 'string', 4: 'number', 5: 'boolean', 6: 'string', 10: 'number' }

const checkValue = (
  { name, type, choices, autocomplete, min_length, max_length }: CommandOption,
  value: unknown,
): void => {
  if (expected[type] !== undefined && typeof value !== expected[type])
    throw new Error(`${name} takes a ${expected[type]}, not ${JSON.stringify(value)}`)
  if ((choices ?? []).length > 0 && !autocomplete && !(choices ?? []).some((choice) => choice.value === value))
    throw new Error(`${JSON.stringify(value)} is none of the choices of ${name}`)
  if (typeof value !== 'string') return
  if (value.length < (min_length ?? 0) || value.length > (max_length ?? 6000))
    throw new Error(`${name} is too short or too long: ${value.length} characters`)
}

type Resolved = { readonly attachments: Json; readonly users: Json }

const fill = (world: World, channel: Channel, option: CommandOption, given: unknown, resolved: Resolved): Json => {
  const { name, type } = option
  if (type === optionTypes.attachment) {
    if (typeof given !== 'object' || given === null || !('bytes' in given) || !('name' in given))
      throw new Error(`${name} takes a file`)
    const file = upload(world, channel, { name: String(given.name), bytes: bytesOf(given.bytes) }, true)
    resolved.attachments[file.id] = wireFile(world, file)
    return { name, type, value: file.id }
  }
  checkValue(option, given)
  const user = type === optionTypes.user ? world.state.users.get(String(given)) : undefined
  if (user) resolved.users[user.id] = wireUser(user)
  return { name, type, value: given }
}

const bytesOf = (bytes: unknown): Uint8Array | string => {
  if (typeof bytes === 'string' || bytes instanceof Uint8Array) return bytes
  throw new Error('a file needs bytes')
}

const checkNames = (options: readonly CommandOption[], values: OptionValues, partial: boolean): void => {
  const unknown = Object.keys(values).filter((name) => !options.some((option) => option.name === name))
  if (unknown.length > 0) throw new Error(`the command has no option ${unknown.join(', ')}`)
  const missing = options.filter(({ required, name }) => required && !(name in values))
  if (missing.length > 0 && !partial) throw new Error(`required: ${missing.map(({ name }) => name).join(', ')}`)
}

/** Fills in a command as Discord's own client lets one: what is required, of the right kind. `partial` while typing. */
export const fillIn = (
  world: World,
  channel: Channel,
  options: readonly CommandOption[],
  values: OptionValues,
  partial = false,
): FilledIn => {
  checkNames(options, values, partial)
  const resolved: Resolved = { attachments: {}, users: {} }
  const given = options.filter(({ name }) => name in values)
  const filled = given.map((option) => fill(world, channel, option, values[option.name], resolved))
  const used = Object.entries(resolved).filter(([, each]) => Object.keys(each).length > 0)
  return { options: filled, resolved: Object.fromEntries(used) }
}
