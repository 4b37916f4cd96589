import type { Json } from './model.ts'

interface More {
  readonly errors?: Json
  readonly waitMs?: number
}

/** An answer that is not a success, as Discord gives it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: number
  /** Whether a correct bot could have avoided it, so that it counts as a failure. */
  readonly avoidable: boolean
  readonly errors: Json | undefined
  /** With 429: how long to wait. */
  readonly waitMs: number | undefined

  constructor(status: number, code: number, message: string, avoidable: boolean, more: More = {}) {
    super(message)
    this.waitMs = more.waitMs
    this.status = status
    this.code = code
    this.avoidable = avoidable
    this.errors = more.errors
  }
}

/** What can happen to any bot: a message was deleted, a permission taken away. */
export const circumstance = (status: number, code: number, message: string): ApiError =>
  new ApiError(status, code, message, false)

/** What only happens to a bot that is wrong. */
export const violation = (status: number, code: number, message: string): ApiError =>
  new ApiError(status, code, message, true)

export const unknownChannel = () => circumstance(404, 10003, 'Unknown Channel')
export const unknownMessage = () => circumstance(404, 10008, 'Unknown Message')
export const unknownGuild = () => circumstance(404, 10004, 'Unknown Guild')
export const missingAccess = () => circumstance(403, 50001, 'Missing Access')
export const missingPermissions = () => circumstance(403, 50013, 'Missing Permissions')

/** `50035`, with the field that is wrong: `['embeds', '0', 'title']`. */
export const invalidForm = (path: readonly string[], code: string, message: string): ApiError => {
  const leaf: Json = { _errors: [{ code, message }] }
  const errors = path.reduceRight<Json>((inner, key) => ({ [key]: inner }), leaf)
  return new ApiError(400, 50035, 'Invalid Form Body', true, { errors })
}
