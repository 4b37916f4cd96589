import type { AutocompleteInteraction } from 'discord.js'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Submission } from '../../core/records/submission.ts'
import { openAssignments } from '../course-menu.ts'
import { plainLine } from '../render/clean.ts'
import { verdictHeadline } from '../render/verdict.ts'
import { ago, shortId, sourceName, stateTitle } from '../wording.ts'
import type { Desk } from './desk.ts'
import { codes, discordCode } from './failure.ts'
import { placeOf } from './where.ts'

/** Discord's bounds: choices of one answer, and characters of each. */
const mostChoices = 25
const longest = 100
const searched = 100

interface Choice {
  readonly name: string
  readonly value: string
}

/** Offers what the person themselves used before, and what the course has handed out. Never waits for anything but one look into the records. */
export async function suggest(desk: Desk, interaction: AutocompleteInteraction): Promise<void> {
  const choices = await choicesFor(desk, interaction).catch((error) => {
    desk.context.logger.warn({ err: describeError(error) }, 'could not suggest anything')
    return []
  })
  await interaction.respond(choices).catch((error) => {
    if (discordCode(error) !== codes.alreadyAcknowledged && discordCode(error) !== codes.unknownInteraction) throw error
  })
}

async function choicesFor({ context, identityOf }: Desk, interaction: AutocompleteInteraction): Promise<Choice[]> {
  const identity = identityOf(interaction.user.id)
  const place = placeOf(identity, interaction)
  const account = await context.directory.identify(identity)
  if (account === undefined) return []
  const { name: option, value: typed } = interaction.options.getFocused(true)
  const command = interaction.options.getSubcommand()
  const mine = await context.records.lookup.history({ account: account.id }, searched)
  const wanted = mine.flatMap((submission) => choiceOf(option, command, submission, context.now()))
  const handedOut = option === 'assignment' ? openAssignments(context.courses, place, context.now()) : []
  return pick([...handedOut.flatMap(same), ...wanted], typed)
}

function choiceOf(option: string, command: string, submission: Submission, now: number): Choice[] {
  if (option === 'id' || option === 'other') return fits(command, submission) ? [runChoice(submission, now)] : []
  if (option === 'assignment') return same(submission.assignment)
  const { source } = submission
  return source.kind === 'git' ? same(source.url) : []
}

function fits(command: string, { state, staged }: Submission): boolean {
  if (command === 'cancel') return state !== 'finished'
  if (command === 'link') return state === 'finished'
  return command !== 'rerun' || staged !== undefined
}

function runChoice(submission: Submission, now: number): Choice {
  const how = submission.verdict === undefined ? stateTitle(submission) : verdictHeadline(submission)
  const parts = [shortId(submission.id), how, sourceName(submission.source), ago(now - submission.receivedAt)]
  return { name: plainLine(parts.join(' · '), longest), value: submission.id }
}

/** What would have to be cut would be something else. */
function same(value: string | undefined): Choice[] {
  return value === undefined || value.length > longest ? [] : [{ name: plainLine(value, longest), value }]
}

function pick(choices: readonly Choice[], typed: string): Choice[] {
  const looked = typed.trim().toLowerCase()
  const byValue = new Map(choices.map((choice) => [choice.value, choice]))
  return [...byValue.values()].filter(({ name }) => name.toLowerCase().includes(looked)).slice(0, mostChoices)
}
