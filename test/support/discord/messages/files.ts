import { invalidForm } from '../api-error.ts'
import type { StoredFile } from '../model.ts'
import type { World } from '../world.ts'
import type { MessageRequest, Upload } from './request.ts'

export interface Place {
  readonly channelId: string
  readonly ephemeral: boolean
}

export const keepFile = (world: World, place: Place, file: Omit<Upload, 'index'>): StoredFile => {
  const { name, contentType, bytes } = file
  const stored: StoredFile = { id: world.state.mintId(), ...place, name, contentType, bytes, generation: 0 }
  world.state.files.set(stored.id, stored)
  return stored
}

const notFound = (id: string) =>
  invalidForm(['attachments'], 'ATTACHMENT_NOT_FOUND', `Attachment data not found for id: ${id}`)

/**
 * The files a message has after a request: those it names in `attachments`, old ones by id and new ones by the index of
 * the upload; without such a list, the old ones and every upload.
 */
export const filesAfter = (
  world: World,
  place: Place,
  { attachments }: MessageRequest,
  uploads: readonly Upload[],
  before: readonly StoredFile[],
): readonly StoredFile[] => {
  const keep = (upload: Upload, name?: string | null): StoredFile =>
    keepFile(world, place, { ...upload, name: name ?? upload.name })
  if (!attachments) return [...before, ...uploads.map((upload) => keep(upload))]
  return attachments.map(({ id, filename }) => {
    const upload = uploads.find(({ index }) => index === id)
    const old = before.find((file) => file.id === id)
    if (upload) return keep(upload, filename)
    if (!old) throw notFound(id)
    return old
  })
}
