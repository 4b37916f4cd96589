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

/** Described as a number, sent as text: a set of permissions does not fit into a number. `[schema, property]`. */
export const alsoText: readonly (readonly [string, string])[] = [
  ['ApplicationCommandCreateRequest', 'default_member_permissions'],
  ['ApplicationCommandUpdateRequest', 'default_member_permissions'],
  ['ApplicationCommandPatchRequestPartial', 'default_member_permissions'],
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
