import { Refusal } from '../../core/errors.ts'
import { logged } from '../../core/logger/error-id.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { type Card, plainCard } from '../card.ts'
import { withWaitingKeys } from '../delivery/offer.ts'
import { plainLine } from '../render/clean.ts'
import { onOurSide, tellStaff } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command } from './command.ts'
import { unknownCommand } from './refusals.ts'
import type { Answer, CommandContext, CommandRequest } from './request.ts'
import { submitCommand } from './submit.ts'
import { commandNames, commands } from './table.ts'
import { readArguments } from './words.ts'

/**
 * Does what a person asked and says what they read. Never rejects: what is refused is a sentence, and what fails is an
 * id that the logs know. The same event twice makes one submission.
 */
export async function handleCommand(context: CommandContext, request: CommandRequest): Promise<Answer> {
  const answer = await answerAnyway(context.logger, () => {
    const { command, rest } = commandOf(request)
    return command.run({ context, request, ...readArguments(command, rest) })
  })
  return withWaitingKeys(context, request, answer)
}

/** What a person reads whether or not it works; for what a transport does itself, such as its forms. */
export async function answerAnyway(logger: Logger, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return privately(refusalCard(error))
    return privately(failureCard(logged(logger, error, 'a command failed')))
  }
}

interface Meant {
  readonly command: Command
  readonly rest: readonly string[]
}

/** A bare address, or a file without a command, is a submission. */
function commandOf({ words, attachments }: CommandRequest): Meant {
  const [first, ...rest] = words
  const name = first?.toLowerCase() ?? (attachments.length > 0 ? 'submit' : 'help')
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return { command, rest }
  if (attachments.length > 0 || name.includes('://')) return { command: submitCommand, rest: words }
  throw unknownCommand(name, commandNames)
}

/** A question is no failure. */
const questions = new Set(['which-course', 'ambiguous-submission', 'nothing-to-submit', 'which-thread'])

const longestRefusal = 2_000

function refusalCard({ code, message }: Refusal): Card {
  // It may quote what somebody typed.
  return plainCard(plainLine(message, longestRefusal), [], questions.has(code) ? 'neutral' : 'bad')
}

function failureCard(id: string): Card {
  return plainCard(onOurSide(id), [tellStaff], 'ours')
}
