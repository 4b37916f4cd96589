/**
 * Where Discord's description of its API and the platform are known to differ. Everything this stand-in does not check
 * against the description is listed here, and nowhere else.
 */

/** Stricter on the platform; `messages/checks.ts` and `routes/commands.ts` enforce what the description lets pass. */
export const stricterOnThePlatform = [
  'content: 4,000 characters are described, a bot may send 2,000',
  'description of a slash command: described as optional, must not be empty',
  'flags of a message: any integer is described',
] as const

/** Statuses the platform answers with although no operation describes them. */
export const undescribedStatuses = (status: number): boolean => status >= 500

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
