import type { CommandRequest } from '../commands/request.ts'
import type { Api } from './api.ts'
import type { FileEvent } from './events.ts'

/** More than one is refused anyway; these many are still counted. */
const mostFiles = 10

/** Files as a command takes them. In channels shared with other workspaces an event tells ids only. */
export async function attachmentsOf(api: Api, files: readonly FileEvent[]): Promise<CommandRequest['attachments']> {
  return Promise.all(files.slice(0, mostFiles).map((file) => attachmentOf(api, file)))
}

async function attachmentOf(api: Api, { id, name, size }: FileEvent) {
  if (name !== undefined && size !== undefined) return { name, bytes: size, locator: id }
  const { file } = await api.call('look up a file', (client) => client.files.info({ file: id }))
  return { name: file?.name ?? id, bytes: file?.size ?? 0, locator: id }
}
