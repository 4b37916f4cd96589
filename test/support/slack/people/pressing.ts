import type { Element } from '../block-elements.ts'
import { type Block, elementsOf } from '../blocks.ts'
import { type Entry, entered } from '../form-values.ts'
import type { Message, User, View } from '../model.ts'
import { globalShortcut, messageAction, messageShortcut, viewAction } from '../payloads.ts'
import type { Json } from '../wire.ts'
import type { Receipt, Workspace } from '../workspace.ts'

type Place = Pick<Message, 'channel' | 'ts'> | View

export interface Pressing {
  /** Presses a button of a message, of an ephemeral one of their own, or of a view; it has to be there now. */
  click(place: Place, actionId: string): Promise<Receipt>
  /** A press of a button that the message does not have, as somebody makes it up. */
  forge(message: Pick<Message, 'channel' | 'ts'>, actionId: string, value: string): Promise<Receipt>
  /** Chooses in a select, an overflow menu, radio buttons or checkboxes. */
  choose(place: Place, actionId: string, entry: Entry): Promise<Receipt>
  /** A shortcut of the app, on a message or without one. */
  shortcut(callbackId: string, message?: Pick<Message, 'channel' | 'ts'>): Promise<Receipt>
}

const findElement = (blocks: readonly Block[], actionId: string): readonly [Block, Element] => {
  for (const block of blocks)
    for (const element of elementsOf(block))
      if ('action_id' in element && element.action_id === actionId) return [block, element]
  throw new Error(`nothing to press is called ${actionId}: ${JSON.stringify(blocks)}`)
}

const actionOf = (blocks: readonly Block[], actionId: string, entry: Entry | undefined): Json => {
  const [block, element] = findElement(blocks, actionId)
  const { block_id } = block
  if (element.type !== 'button') return { action_id: actionId, block_id, ...entered(element, entry, () => ({})) }
  const { text, value, style, url } = element
  return { type: 'button', action_id: actionId, block_id, text, value, style, url }
}

const shown = ({ state }: Workspace, user: User, { channel, ts }: Pick<Message, 'channel' | 'ts'>): Message => {
  const message = state.find(channel, ts)
  if (!message || (message.ephemeralTo && message.ephemeralTo !== user.id)) throw new Error(`no message ${ts} to see`)
  return message
}

export const createPressing = (workspace: Workspace, user: User): Pressing => {
  const { state, deliver } = workspace
  const act = (place: Place, actionId: string, entry?: Entry): Promise<Receipt> => {
    if ('ts' in place) {
      const message = shown(workspace, user, place)
      return deliver(messageAction(workspace, user, message, actionOf(message.blocks, actionId, entry)))
    }
    const view = state.views.get(place.id) ?? place
    return deliver(viewAction(workspace, user, view, actionOf(view.blocks, actionId, entry), {}))
  }
  return {
    click: (place, actionId) => act(place, actionId),
    choose: act,
    forge(message, actionId, value) {
      const action = {
        type: 'button',
        action_id: actionId,
        block_id: 'made-up',
        value,
        text: { type: 'plain_text', text: 'x' },
      }
      return deliver(messageAction(workspace, user, shown(workspace, user, message), action))
    },
    shortcut: (callbackId, message) =>
      deliver(
        message
          ? messageShortcut(workspace, user, callbackId, shown(workspace, user, message))
          : globalShortcut(workspace, user, callbackId),
      ),
  }
}
