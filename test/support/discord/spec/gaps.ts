/**
 * Where Discord's description of its API and the platform are known to differ. Everything that goes over the wire and is
 * not compared with the description is listed here, and nowhere else.
 *
 * Stricter on the platform, and enforced by `messages/checks.ts` and `routes/command-checks.ts`: 4,000 characters of
 * content are described where a bot may send 2,000; the description of a slash command may be empty; the lengths of
 * embeds and of new components are described for each part, not for all of them together.
 */

/** Statuses the platform answers with although no operation describes them. */
export const undescribedStatuses = (status: number): boolean => status >= 500

interface Correction {
  readonly schema: string
  readonly property: string
  readonly is: Readonly<Record<string, unknown>>
}

/** A set of permissions is sent as text, for it does not fit into a number. */
const permissions = { property: 'default_member_permissions', is: { type: ['string', 'integer', 'null'] } } as const

const text = { type: 'string' } as const

/** What one field did wrong has a name, such as `BASE_TYPE_MAX_LENGTH`, where a number is described. */
const fieldErrors = {
  type: 'array',
  items: { type: 'object', properties: { code: text, message: text }, required: ['code', 'message'] },
} as const

/** Properties that are described wrongly, and what they are. */
export const corrections: readonly Correction[] = [
  { schema: 'ApplicationCommandCreateRequest', ...permissions },
  { schema: 'ApplicationCommandUpdateRequest', ...permissions },
  { schema: 'ApplicationCommandPatchRequestPartial', ...permissions },
  { schema: 'InnerErrors', property: '_errors', is: fieldErrors },
]

/** discord.js says `false`, or repeats what the route says, where nothing is described, and the platform does not mind. */
const editing = ['tts', 'enforce_nonce']

/** Keys of a request's body that are not described for an operation, and that the platform takes nevertheless. */
export const undescribedKeys: Readonly<Record<string, readonly string[]>> = {
  update_message: editing,
  update_webhook_message: editing,
  update_original_webhook_message: editing,
  execute_webhook: ['enforce_nonce'],
  create_thread_from_message: ['type'],
}
