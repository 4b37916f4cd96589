/** An `{ ok: false }` answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly messages: readonly string[]
  /** Whether a correct bot could have avoided it, so that it counts as a failure. */
  readonly avoidable: boolean

  constructor(code: string, avoidable: boolean, messages: readonly string[] = []) {
    super([code, ...messages].join(' '))
    this.code = code
    this.avoidable = avoidable
    this.messages = messages
  }
}

/** What can happen to any bot: a message was deleted, a channel archived. */
export const circumstance = (code: string): ApiError => new ApiError(code, false)

/** What only happens to a bot that is wrong. */
export const violation = (code: string, ...messages: string[]): ApiError => new ApiError(code, true, messages)
