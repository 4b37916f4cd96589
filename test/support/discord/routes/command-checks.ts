import { z } from 'zod'
import { invalidForm, violation } from '../api-error.ts'

const name = z.string().min(1).max(32)

/** An option of a command as registered; sub-commands have options of their own. */
export interface CommandOption {
  readonly type: number
  readonly name: string
  readonly description: string
  readonly required?: boolean | null | undefined
  readonly autocomplete?: boolean | null | undefined
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[] | null | undefined
  readonly options?: readonly CommandOption[] | null | undefined
  readonly min_length?: number | null | undefined
  readonly max_length?: number | null | undefined
}

const option: z.ZodType<CommandOption> = z.looseObject({
  type: z.number().int(),
  name,
  description: z.string().min(1).max(100),
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string(), z.number()]) }))
    .max(25)
    .nullish(),
  get options() {
    return z.array(option).max(25).nullish()
  },
  min_length: z.number().nullish(),
  max_length: z.number().nullish(),
})

export const command = z.looseObject({
  name,
  type: z.number().int().nullish(),
  description: z.string().max(100).nullish(),
  options: z.array(option).max(25).nullish(),
})
export type Command = z.infer<typeof command>

const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

const checkName = (path: readonly string[], given: string): void => {
  if (!slashName.test(given) || given.toLowerCase() !== given)
    throw invalidForm([...path, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
}

const checkOptions = (path: readonly string[], options: readonly CommandOption[]): void => {
  const names = options.map((each) => each.name)
  if (new Set(names).size !== names.length)
    throw invalidForm(path, 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'Option names must be unique')
  const firstOptional = options.findIndex(({ required }) => !required)
  if (firstOptional !== -1 && options.slice(firstOptional).some(({ required }) => required))
    throw invalidForm(path, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', 'Required options come first')
  for (const [index, each] of options.entries()) {
    const at = [...path, String(index)]
    checkName(at, each.name)
    if (each.autocomplete && (each.choices ?? []).length > 0)
      throw invalidForm(at, 'APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES', 'Choices exclude autocomplete')
    checkOptions([...at, 'options'], each.options ?? [])
  }
}

const sizeOf = ({ name: own, description, options }: Command | CommandOption): number =>
  own.length + (description ?? '').length + (options ?? []).reduce((sum, each) => sum + sizeOf(each), 0)

/** Slash commands have rules that the two kinds of context menus do not have. */
export const slash = 1

/** Throws what Discord would answer to this command. */
export const checkCommand = (given: unknown, path: readonly string[]): Command => {
  const { data, error } = command.safeParse(given)
  if (!data) {
    const [issue] = error.issues
    throw invalidForm([...path, ...(issue?.path ?? []).map(String)], 'BASE_TYPE_BAD_LENGTH', issue?.message ?? '')
  }
  if ((data.type ?? slash) !== slash) {
    if ((data.description ?? '') !== '')
      throw invalidForm([...path, 'description'], 'APPLICATION_COMMAND_DESCRIPTION', 'Context menus have none')
    return data
  }
  checkName(path, data.name)
  if ((data.description ?? '') === '')
    throw invalidForm([...path, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required')
  checkOptions([...path, 'options'], data.options ?? [])
  if (sizeOf(data) > 8000) throw violation(400, 50035, 'The command is larger than 8000 characters')
  return data
}
