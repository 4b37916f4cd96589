import type { User } from '../model.ts'
import type { Workspace } from '../workspace.ts'
import { type Commanding, createCommanding } from './commanding.ts'
import { createPressing, type Pressing } from './pressing.ts'
import { createTalking, type Talking } from './talking.ts'
import { createViewing, type Viewing } from './viewing.ts'

/** Somebody in the workspace, as a test plays them. */
export interface Person extends Talking, Commanding, Pressing, Viewing {
  readonly id: string
}

export const createPerson = (workspace: Workspace, user: User): Person => ({
  id: user.id,
  ...createTalking(workspace, user),
  ...createCommanding(workspace, user),
  ...createPressing(workspace, user),
  ...createViewing(workspace, user),
})
