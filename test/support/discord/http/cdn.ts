import type { StoredFile } from '../model.ts'
import { signLink } from '../wire/file.ts'
import type { World } from '../world.ts'

/** The file a link leads to, unless the link is forged, ended, or of an earlier generation. */
export const fileAt = (world: World, url: URL): StoredFile | undefined => {
  const { state, clock } = world
  const file = state.files.get(url.pathname.split('/')[4] ?? '')
  const ends = url.searchParams.get('ex') ?? ''
  if (!file || url.searchParams.get('hm') !== signLink(world, file, ends)) return undefined
  return Number.parseInt(ends, 16) * 1000 > clock.now() ? file : undefined
}
