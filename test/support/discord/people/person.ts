import type { User } from '../model.ts'
import type { World } from '../world.ts'
import { type Commanding, createCommanding } from './commanding.ts'
import { createPressing, type Pressing } from './pressing.ts'
import { createTalking, type Talking } from './talking.ts'

/** Somebody on Discord, as a test plays them. */
export interface Person extends Talking, Commanding, Pressing {
  readonly id: string
  readonly name: string
}

export const createPerson = (world: World, user: User): Person => ({
  id: user.id,
  name: user.name,
  ...createTalking(world, user),
  ...createCommanding(world, user),
  ...createPressing(world, user),
})
