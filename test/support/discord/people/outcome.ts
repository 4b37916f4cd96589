import type { Opened } from '../interactions/open.ts'
import type { CallbackKind, Message, Modal } from '../model.ts'
import type { World } from '../world.ts'

/** What somebody got to see for a command, a click or a form. Looks at the present, not at the moment of the answer. */
export interface Outcome {
  /** False when Discord said that the application did not respond. */
  readonly acked: boolean
  readonly ackMs: number
  readonly callback: CallbackKind | undefined
  /** Whether the answer is for this person's eyes only. */
  readonly ephemeral: boolean
  /** The answer as it stands now; the message that was clicked where the answer was to update it. */
  readonly message: Message | undefined
  /** Its text, empty while it is loading. */
  readonly content: string
  /** Whether the answer still says that the bot is thinking. */
  readonly loading: boolean
  readonly followups: readonly Message[]
  /** The form that came up. */
  readonly modal: Modal | undefined
  readonly token: string
}

export const createOutcome = (world: World, { interaction, ackMs }: Opened): Outcome => ({
  acked: interaction.callback !== undefined,
  ackMs,
  callback: interaction.callback,
  token: interaction.token,
  get ephemeral() {
    return interaction.original?.ephemeralTo !== undefined
  },
  get message() {
    const { original } = interaction
    return original && world.state.messages.has(original.id) ? original : undefined
  },
  get content() {
    return interaction.original?.content ?? ''
  },
  get loading() {
    return interaction.loading
  },
  get followups() {
    return interaction.followups
  },
  get modal() {
    const modal = world.state.modals.get(interaction.user.id)
    return modal?.opener === interaction ? modal : undefined
  },
})
