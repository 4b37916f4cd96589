import type { Card } from '../../bots/card.ts'
import { type Chat, ChatError, type ChatFile, type MessageRef } from '../../bots/chat.ts'
import type { Place } from '../../core/records/submission.ts'

interface PostedMessage {
  readonly ref: MessageRef
  readonly delivery: string
  readonly root?: MessageRef
  readonly place?: Place
  readonly file?: Pick<ChatFile, 'name' | 'bytes'>
  card: Card | undefined
  edits: number
}

type ChatOperation = 'postRoot' | 'postNotice' | 'post' | 'edit' | 'postFile' | 'find' | 'settle'

/** A chat in memory that outlives the processes that render into it, and fails as the script says. */
export interface ScriptedChat extends Chat {
  readonly messages: PostedMessage[]
  readonly settled: MessageRef[]
  readonly calls: { readonly operation: ChatOperation; readonly at: number }[]
  /** Asked before each call; what it returns is thrown. `lost` does the work and then fails. */
  script: (operation: ChatOperation, target: string) => ChatError | { readonly lost: Error } | undefined
  /** What follows the root of a thread, in order. */
  threadOf(root: MessageRef | undefined): PostedMessage[]
}

export function createScriptedChat(now: () => number = () => performance.now()): ScriptedChat {
  const messages: PostedMessage[] = []

  async function perform<T>(operation: ChatOperation, target: string, work: () => T): Promise<T> {
    await Promise.resolve()
    chat.calls.push({ operation, at: now() })
    const failure = chat.script(operation, target)
    if (failure instanceof ChatError) throw failure
    const result = work()
    if (failure !== undefined) throw failure.lost
    return result
  }

  function add(message: Omit<PostedMessage, 'ref' | 'edits'>): MessageRef {
    const ref = `m${messages.length + 1}`
    messages.push({ ...message, ref, edits: 0 })
    return ref
  }

  const chat: ScriptedChat = {
    platform: 'terminal',
    workspace: 'here',
    messages,
    settled: [],
    calls: [],
    script: () => undefined,
    threadOf: (root) => messages.filter((message) => root !== undefined && message.root === root),
    postRoot: (place, card, delivery) => perform('postRoot', card.title, () => add({ place, card, delivery })),
    postNotice: (place, card, delivery) => perform('postNotice', card.title, () => add({ place, card, delivery })),
    post: (root, card, delivery) => perform('post', card.title, () => add({ root, card, delivery })),
    postFile: (root, { name, bytes }, delivery) =>
      perform('postFile', name, () => add({ root, card: undefined, delivery, file: { name, bytes } })),
    edit: (ref, card) =>
      perform('edit', ref, () => {
        const message = messages.find((one) => one.ref === ref)
        if (message === undefined) throw new ChatError('gone', 'no such message')
        message.card = card
        message.edits += 1
      }),
    find: (delivery) => perform('find', delivery, () => messages.find((one) => one.delivery === delivery)?.ref),
    settle: (root) => perform('settle', root, () => void chat.settled.push(root)),
  }
  return chat
}
