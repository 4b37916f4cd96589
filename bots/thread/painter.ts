import { describeError } from '../../core/logger/describe-error.ts'
import type { Card } from '../card.ts'
import { ChatError, type MessageRef } from '../chat.ts'
import { outranks, type Priority } from '../shares.ts'
import type { ThreadOptions } from './options.ts'

/** One message that shows the newest state, as often as the budget allows. */
export interface Painter {
  /** Shows the newest state when it is our turn. Cheap to call for every line of output. */
  paint(priority: Priority): void
  /** Shows the newest state, and resolves when it is there or never will be. */
  finish(): Promise<void>
}

export interface PainterOptions {
  readonly job: string
  /** `undefined`: there is no such message. */
  readonly message: MessageRef | undefined
  readonly draw: () => Card
  readonly signal: AbortSignal
}

export function createPainter(options: ThreadOptions, { job, message, draw, signal }: PainterOptions): Painter {
  const { chat, budgets, logger } = options
  let last: string | undefined
  let pending: Priority | undefined
  let gone = message === undefined

  async function send(): Promise<void> {
    pending = undefined
    const card = draw()
    const text = JSON.stringify(card)
    if (message === undefined || gone || signal.aborted || text === last) return
    await chat.edit(message, card)
    last = text
  }

  async function spend(priority: Priority): Promise<void> {
    try {
      await budgets.edits.spend(job, priority, send)
    } catch (error) {
      gone ||= error instanceof ChatError && error.failure === 'gone'
      logger.warn({ job, err: describeError(error) }, 'could not edit a message')
    }
  }

  return {
    paint(priority) {
      if (gone || signal.aborted || (pending !== undefined && !outranks(priority, pending))) return
      if (pending === undefined && JSON.stringify(draw()) === last) return
      pending = priority
      void spend(priority)
    },
    finish: () => (gone ? Promise.resolve() : spend('verdict')),
  }
}
