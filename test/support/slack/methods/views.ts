import { z } from 'zod'
import { circumstance, violation } from '../api-error.ts'
import type { View } from '../model.ts'
import { createView, openView, replaceView } from '../views.ts'
import { type Json, wireView } from '../wire.ts'
import type { Workspace } from '../workspace.ts'
import { json, method } from './method.ts'

const view = json(z.unknown())

export const openViewMethod = method({
  tier: 'tier4',
  scopes: [],
  args: { trigger_id: z.string(), view },
  run(workspace, { trigger_id, view: definition }) {
    const opened = createView(workspace, workspace.tickets.exchange(trigger_id), 'modal', definition)
    openView(workspace, opened)
    return { view: wireView(opened, workspace) }
  },
})

export const pushViewMethod = method({
  tier: 'tier4',
  scopes: [],
  args: { trigger_id: z.string(), view },
  run(workspace, { trigger_id, view: definition }) {
    const user = workspace.tickets.exchange(trigger_id)
    const stack = workspace.modals.get(user) ?? []
    const below = stack.at(-1)
    if (!below) throw violation('invalid_arguments', '[ERROR] no view is open')
    if (stack.length >= 3) throw violation('push_limit_reached')
    const pushed = createView(workspace, user, 'modal', definition, below)
    openView(workspace, pushed)
    return { view: wireView(pushed, workspace) }
  },
})

const findView = ({ state }: Workspace, id: string | undefined, externalId: string | undefined): View => {
  const found = id
    ? state.views.get(id)
    : [...state.views.values()].find((each) => externalId && each.external_id === externalId)
  if (!found) throw circumstance('not_found')
  return found
}

export const updateViewMethod = method({
  tier: 'tier4',
  scopes: [],
  args: { view_id: z.string().optional(), external_id: z.string().optional(), hash: z.string().optional(), view },
  run(workspace, { view_id, external_id, hash, view: definition }): Json {
    const before = findView(workspace, view_id, external_id)
    if (hash !== undefined && hash !== before.hash) throw circumstance('hash_conflict')
    return { view: wireView(replaceView(workspace, before, definition), workspace) }
  },
})

export const publishViewMethod = method({
  tier: 'tier4',
  scopes: [],
  args: { user_id: z.string(), hash: z.string().optional(), view },
  run(workspace, { user_id, hash, view: definition }) {
    const { state, journal } = workspace
    if (!state.users.has(user_id)) throw circumstance('user_not_found')
    const before = state.homes.get(user_id)
    if (hash !== undefined && before && hash !== before.hash) throw circumstance('hash_conflict')
    const home = createView(workspace, user_id, 'home', definition)
    state.homes.set(user_id, home)
    journal.changed()
    return { view: wireView(home, workspace) }
  },
})
