import { z } from 'zod'
import { circumstance, violation } from '../api-error.ts'
import { postMessage } from '../messages.ts'
import type { SlackFile } from '../model.ts'
import { shareFile } from '../sharing.ts'
import { wireSharedFile } from '../wire.ts'
import type { Workspace } from '../workspace.ts'
import { json, method, ts, whole } from './method.ts'
import { checkThread, writableChannel } from './places.ts'

const writeScopes = ['files:write']

export const getUploadUrlMethod = method({
  tier: 'tier4',
  scopes: writeScopes,
  args: {
    filename: z.string().min(1),
    length: whole,
    alt_text: z.string().optional(),
    snippet_type: z.string().optional(),
  },
  run({ uploads, state, baseUrl }, { filename, length }) {
    if (length === 0) throw violation('invalid_arguments', '[ERROR] length must be greater than 0')
    const id = state.mintId('F')
    uploads.set(id, { name: filename, length, bytes: undefined })
    return { upload_url: `${baseUrl}/upload/v1/${id}`, file_id: id }
  },
})

const finish = (workspace: Workspace, id: string, title: string | undefined, channels: string[]): SlackFile => {
  const upload = workspace.uploads.get(id)
  if (!upload) throw circumstance('file_not_found')
  if (!upload.bytes) throw violation('file_update_failed', '[ERROR] nothing was uploaded')
  workspace.uploads.delete(id)
  const created = Math.floor(workspace.clock.now() / 1000)
  const { name, bytes } = upload
  return { id, name, title: title ?? name, user: workspace.identity.botUserId, bytes, created, channels }
}

export const completeUploadMethod = method({
  tier: 'tier4',
  scopes: writeScopes,
  args: {
    files: json(z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1)),
    channel_id: z.string().optional(),
    thread_ts: ts.optional(),
    initial_comment: z.string().optional(),
    blocks: json(z.array(z.unknown())).optional(),
  },
  run(workspace, { files: named, channel_id, thread_ts, initial_comment: text = '' }) {
    const channel = channel_id === undefined ? undefined : writableChannel(workspace, channel_id)
    if (channel) checkThread(workspace, channel, thread_ts)
    const files = named.map(({ id, title }) => finish(workspace, id, title, channel ? [channel.id] : []))
    for (const file of files) shareFile(workspace, file, channel)
    const { botUserId: user } = workspace.identity
    if (channel) postMessage(workspace, channel, { user, byBot: true, text, thread_ts, files, subtype: 'file_share' })
    return { files: files.map((file) => wireSharedFile(file, workspace)) }
  },
})

const reachable = ({ state, identity }: Workspace, id: string): SlackFile => {
  const file = state.files.get(id)
  const sees = file?.channels.some((channel) => state.channels.get(channel)?.members.has(identity.botUserId))
  if (!file || !(sees || file.handedIn || file.user === identity.botUserId)) throw circumstance('file_not_found')
  return file
}

export const fileInfoMethod = method({
  tier: 'tier4',
  scopes: ['files:read'],
  args: { file: z.string(), count: whole.optional(), cursor: z.string().optional(), limit: whole.optional() },
  run: (workspace, { file }) => ({ file: wireSharedFile(reachable(workspace, file), workspace), comments: [] }),
})

export const deleteFileMethod = method({
  tier: 'tier3',
  scopes: writeScopes,
  args: { file: z.string() },
  run(workspace, { file: id }) {
    if (reachable(workspace, id).user !== workspace.identity.botUserId) throw violation('cant_delete_file')
    workspace.state.files.delete(id)
    return {}
  },
})
