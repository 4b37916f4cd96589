import { publish } from '../events.ts'
import { type Entries, fillIn, type KeepFile } from '../form-values.ts'
import type { Message, User, View } from '../model.ts'
import { viewClosed, viewSubmission } from '../payloads.ts'
import { followAnswer } from '../submission.ts'
import { closeView } from '../views.ts'
import { wireFile, wireView } from '../wire.ts'
import type { Receipt, Workspace } from '../workspace.ts'
import { keepAttachment } from './talking.ts'

interface SubmitOutcome extends Receipt {
  /** `block_id` → what the view now says about that input; empty when the submission was taken. */
  readonly errors: Readonly<Record<string, string>>
  /** What is on top now: another view, the same one with errors, or nothing. */
  readonly view: View | undefined
}

export interface Viewing {
  /** The modal in front of the person. */
  view(): View | undefined
  home(): View | undefined
  /** Fills the modal in, by `action_id`, and submits it. Rejects where Slack's form would not let it go. */
  submitView(entries?: Entries): Promise<SubmitOutcome>
  closeView(): Promise<void>
  /** Opens the app's Home tab: the bot hears `app_home_opened`. */
  openHome(): void
  /** What only this person sees, in every channel or one. */
  ephemerals(channel?: string): readonly Message[]
}

export const createViewing = (workspace: Workspace, user: User): Viewing => {
  const { state, modals, deliver } = workspace
  const view = (): View | undefined => modals.get(user.id)?.at(-1)
  const current = (): View => {
    const open = view()
    if (!open) throw new Error(`${user.id} has no modal open`)
    return open
  }
  const keep: KeepFile = (attachment) => {
    const file = { ...keepAttachment(workspace, user.id, attachment), handedIn: true }
    state.files.set(file.id, file)
    return wireFile(file, workspace)
  }
  return {
    view,
    home: () => state.homes.get(user.id),
    async submitView(entries = {}) {
      const open = current()
      const receipt = await deliver(viewSubmission(workspace, user, open, fillIn(open, entries, keep)))
      const errors = receipt.acked ? followAnswer(workspace, open, receipt.response) : {}
      return { ...receipt, errors, view: view() }
    },
    async closeView() {
      const open = current()
      closeView(workspace, user.id, false)
      if (open.definition.notify_on_close === true) await deliver(viewClosed(workspace, user, open))
    },
    openHome() {
      const home = state.homes.get(user.id)
      const event = { type: 'app_home_opened', user: user.id, channel: state.directOf(user.id).id, tab: 'home' }
      publish(workspace, 'app_home_opened', { ...event, ...(home ? { view: wireView(home, workspace) } : {}) })
    },
    ephemerals: (channel) =>
      state.ephemerals(user.id).filter((message) => channel === undefined || message.channel === channel),
  }
}
