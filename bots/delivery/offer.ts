import { describeError } from '../../core/logger/describe-error.ts'
import type { Answer, CommandContext, CommandRequest } from '../commands/request.ts'
import { revealButton, waitingText } from './cards.ts'
import { viewerOf } from './reveal.ts'

/** The answer, and under it the keys that no message could bring to whoever asked. Never rejects. */
export async function withWaitingKeys(
  context: CommandContext,
  request: CommandRequest,
  answer: Answer,
): Promise<Answer> {
  if (context.keys === undefined || !answer.private || request.words[0] === 'key') return answer
  try {
    const viewer = await viewerOf(context, request)
    const [first] = await context.records.enrolment.deliveries.reveals.waitingFor(viewer)
    if (first === undefined) return answer
    const { card } = answer
    return {
      ...answer,
      card: { ...card, text: [...card.text, waitingText], buttons: [revealButton(first.id), ...card.buttons] },
    }
  } catch (error) {
    context.logger.warn({ err: describeError(error) }, 'could not look for keys that wait')
    return answer
  }
}
