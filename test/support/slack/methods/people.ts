import { z } from 'zod'
import { circumstance } from '../api-error.ts'
import { wireUser } from '../wire.ts'
import { flag, method } from './method.ts'

export const userInfoMethod = method({
  tier: 'tier4',
  scopes: ['users:read'],
  args: { user: z.string(), include_locale: flag.optional() },
  run(workspace, { user: id }) {
    const user = workspace.state.users.get(id)
    if (!user) throw circumstance('user_not_found')
    return { user: wireUser(user, workspace) }
  },
})

export const lookupByEmailMethod = method({
  tier: 'tier3',
  scopes: ['users:read.email'],
  args: { email: z.email() },
  run(workspace, { email }) {
    const same = (other: string | undefined): boolean => other?.toLowerCase() === email.toLowerCase()
    const user = [...workspace.state.users.values()].find((each) => same(each.email) && !each.deactivated)
    if (!user) throw circumstance('users_not_found')
    return { user: wireUser(user, workspace) }
  },
})

export const groupListMethod = method({
  tier: 'tier2',
  scopes: ['usergroups:read'],
  args: { include_users: flag.optional(), include_count: flag.optional(), include_disabled: flag.optional() },
  run: ({ state, identity }, { include_users }) => ({
    usergroups: [...state.groups.values()].map(({ id, handle, users }) => ({
      id,
      team_id: identity.teamId,
      is_usergroup: true,
      name: handle,
      handle,
      user_count: users.length,
      ...(include_users ? { users } : {}),
    })),
  }),
})

export const groupUsersMethod = method({
  tier: 'tier2',
  scopes: ['usergroups:read'],
  args: { usergroup: z.string(), include_disabled: flag.optional() },
  run({ state }, { usergroup }) {
    const group = state.groups.get(usergroup)
    if (!group) throw circumstance('no_such_subteam')
    return { users: group.users }
  },
})
