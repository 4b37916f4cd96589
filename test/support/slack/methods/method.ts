import { z } from 'zod'
import { violation } from '../api-error.ts'
import type { Tier } from '../limits.ts'
import type { Json } from '../wire.ts'
import type { Workspace } from '../workspace.ts'

/** One method of the Web API. */
export interface Method {
  readonly tier: Tier
  readonly token: 'bot' | 'app'
  /** Scopes of which the token needs one; none for methods anybody may call. */
  readonly scopes: readonly string[]
  /** Also limited for each channel, as posting is. */
  readonly perChannel: boolean
  /** The answer without `ok`. Throws an `ApiError`. */
  call(workspace: Workspace, args: Json): Json
}

interface Definition<Shape extends z.core.$ZodLooseShape> {
  readonly tier: Tier
  readonly token?: 'bot' | 'app'
  readonly scopes: readonly string[]
  readonly perChannel?: boolean
  readonly args: Shape
  readonly run: (workspace: Workspace, args: z.infer<z.ZodObject<Shape, z.core.$strict>>) => Json
}

/** Arguments Slack takes with every method. */
const always = { token: z.string().optional(), team_id: z.string().optional() }

const describe = (issue: z.core.$ZodIssue): string => `[ERROR] ${issue.path.join('.')}: ${issue.message}`

/** The arguments are checked strictly: the platform ignores unknown ones, which is how a bot's typing error survives. */
export const method = <Shape extends z.core.$ZodLooseShape>(definition: Definition<Shape>): Method => {
  const schema = z.strictObject(definition.args)
  const rest = new Set(Object.keys(always))
  return {
    tier: definition.tier,
    token: definition.token ?? 'bot',
    scopes: definition.scopes,
    perChannel: definition.perChannel ?? false,
    call(workspace, args) {
      const own = Object.fromEntries(Object.entries(args).filter(([name]) => !rest.has(name)))
      const { success, data, error } = schema.safeParse(own)
      if (!success) throw violation('invalid_arguments', ...error.issues.map(describe))
      return definition.run(workspace, data)
    },
  }
}

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** Forms carry everything as text: structures as JSON, truth values and numbers as their names. */
export const json = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(parsed, schema)
export const flag = json(z.boolean())
export const whole = json(z.int().min(0))
export const ts = z.string().regex(/^\d{10}\.\d{6}$/, 'is no message timestamp')
