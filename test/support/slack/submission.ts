import { z } from 'zod'
import { ApiError } from './api-error.ts'
import type { View } from './model.ts'
import { closeView, createView, openView, replaceView } from './views.ts'
import type { Json } from './wire.ts'
import type { Workspace } from './workspace.ts'

const answerSchema = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('clear') }),
])

type Answer = z.infer<typeof answerSchema>

const checkErrors = ({ journal }: Workspace, view: View, errors: Readonly<Record<string, string>>): void => {
  const inputs = new Set(view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id))
  for (const block of Object.keys(errors))
    if (!inputs.has(block)) journal.fail('bad-ack', 'view_submission', `no input has the block_id ${block}`)
}

const follow = (workspace: Workspace, view: View, answer: Answer): void => {
  switch (answer.response_action) {
    case 'errors':
      checkErrors(workspace, view, answer.errors)
      break
    case 'clear':
      closeView(workspace, view.user, true)
      break
    case 'update':
      replaceView(workspace, view, answer.view)
      break
    case 'push':
      openView(workspace, createView(workspace, view.user, 'modal', answer.view, view))
  }
}

/** Does what the acknowledgement of a submission says; the errors it shows, if any. */
export const followAnswer = (workspace: Workspace, view: View, response: Json): Readonly<Record<string, string>> => {
  if (Object.keys(response).length === 0) {
    closeView(workspace, view.user, false)
    return {}
  }
  const { success, data } = answerSchema.safeParse(response)
  try {
    if (!success) throw new ApiError('invalid_payload', true, [JSON.stringify(response).slice(0, 200)])
    follow(workspace, view, data)
    return data.response_action === 'errors' ? data.errors : {}
  } catch (error) {
    workspace.journal.fail('bad-ack', 'view_submission', String(error))
    return {}
  }
}
