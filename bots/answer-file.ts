import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { describeError } from '../core/logger/describe-error.ts'
import type { Logger } from '../core/logger/logger.ts'
import type { Card } from './card.ts'
import type { ChatFile } from './chat.ts'

/** A picture or a table that belongs to an answer, for the same person. Small: it is in memory. */
export interface AnswerFile {
  readonly name: string
  readonly data: Buffer
  /** What stands for it where the chat shows no such thing, as lines of one width. */
  readonly text: readonly string[]
}

type SendFile = (file: ChatFile, delivery: string) => Promise<unknown>

interface Answered {
  readonly card: Card
  readonly file?: AnswerFile
}

/** The answer with its file as text, for where no chat takes files. */
export function inText<A extends Answered>(answer: A): A {
  const { card, file } = answer
  return file === undefined ? answer : { ...answer, card: { ...card, tail: [...card.tail, ...file.text] } }
}

/**
 * Sends the file to the person's own conversation with the bot, and has the card say so. Where that does not work,
 * the card says it in text.
 */
export async function withFileSent<A extends Answered>(answer: A, logger: Logger, send: SendFile): Promise<A> {
  const { card, file } = answer
  if (file === undefined) return answer
  try {
    await send(chatFileOf(file), randomUUID())
    return { ...answer, card: { ...card, text: [...card.text, `${file.name} is in your direct messages with me.`] } }
  } catch (error) {
    logger.warn({ err: describeError(error) }, 'could not send the file of an answer')
    return inText(answer)
  }
}

function chatFileOf({ name, data }: AnswerFile): ChatFile {
  return { name, bytes: data.length, comment: '', open: async () => Readable.from([data]) }
}
