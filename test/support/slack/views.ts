import { z } from 'zod'
import { violation } from './api-error.ts'
import { plain } from './block-elements.ts'
import { type Block, readBlocks } from './blocks.ts'
import type { View } from './model.ts'
import type { Workspace } from './workspace.ts'

const shared = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}

const definitions = {
  home: z.strictObject({ type: z.literal('home'), ...shared }),
  modal: z.strictObject({
    type: z.literal('modal'),
    ...shared,
    title: plain(24),
    submit: plain(24).optional(),
    close: plain(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
}

const complaint = (issue: z.core.$ZodIssue): string =>
  `[ERROR] ${issue.message} [json-pointer:/view/${issue.path.join('/')}]`

const readDefinition = (type: 'modal' | 'home', input: unknown) => {
  const { success, data, error } = definitions[type].safeParse(input)
  if (!success) throw violation('invalid_arguments', ...error.issues.map(complaint))
  return data
}

const checkInputs = (definition: { type: string; submit?: unknown }, blocks: readonly Block[]): void => {
  const asks = blocks.some((block) => block.type === 'input')
  if (asks && definition.type === 'modal' && !definition.submit)
    throw violation('invalid_arguments', '[ERROR] a view with inputs needs submit [json-pointer:/view]')
}

const build = (
  workspace: Workspace,
  input: unknown,
  type: View['type'],
  fixed: Omit<View, keyof ReturnType<typeof parts>>,
): View => ({
  ...fixed,
  ...parts(workspace, input, type),
})

/** What a definition decides; the rest of a view stays when it is updated. */
const parts = ({ state }: Workspace, input: unknown, type: View['type']) => {
  const definition = readDefinition(type, input)
  const blocks = readBlocks(definition.blocks, 100)
  checkInputs(definition, blocks)
  const { private_metadata = '', callback_id = '', external_id = '' } = definition
  return { type, definition, blocks, private_metadata, callback_id, external_id, hash: state.mintId('hash.') }
}

/** Checks a definition and makes the view of it, on top of `below` in the person's stack. */
export const createView = (
  workspace: Workspace,
  user: string,
  type: View['type'],
  input: unknown,
  below?: View,
): View => {
  const id = workspace.state.mintId('V')
  const view = build(workspace, input, type, { id, user, rootId: below?.rootId ?? id, previousId: below?.id ?? null })
  workspace.state.views.set(id, view)
  return view
}

/** Shows the view: a modal without one below closes whatever the person had open. */
export const openView = ({ modals, journal }: Workspace, view: View): void => {
  const stack = view.previousId === null ? [] : (modals.get(view.user) ?? [])
  modals.set(view.user, [...stack, view])
  journal.changed()
}

export const replaceView = (workspace: Workspace, before: View, input: unknown): View => {
  const { state, modals, journal } = workspace
  const { id, user, rootId, previousId } = before
  const view = build(workspace, input, before.type, { id, user, rootId, previousId })
  state.views.set(id, view)
  const stack = modals.get(user) ?? []
  modals.set(
    user,
    stack.map((each) => (each.id === id ? view : each)),
  )
  if (state.homes.get(user)?.id === id) state.homes.set(user, view)
  journal.changed()
  return view
}

/** Takes the top view away, or all of them. */
export const closeView = ({ modals, journal }: Workspace, user: string, everything: boolean): void => {
  modals.set(user, everything ? [] : (modals.get(user) ?? []).slice(0, -1))
  journal.changed()
}
