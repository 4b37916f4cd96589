import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js'
import { type Card, type CardButton, type CardField, isSentence, isTyped } from '../card.ts'
import { shortId } from '../wording.ts'
import { ansiBlock } from './ansi.ts'
import { markOf } from './marks.ts'
import { code, cutText } from './text.ts'

/** A message in Discord's newer layout: 40 parts and 4,000 characters at most, and no permission for embeds needed. */
export interface MessageContent {
  readonly flags: MessageFlags.IsComponentsV2
  readonly components: APIMessageTopLevelComponent[]
  readonly allowed_mentions: { readonly parse: [] }
}

/** Nobody is notified by what somebody else wrote. */
export const nobody = { parse: [] as [] } as const

const colours: Readonly<Record<Card['tone'], number>> = {
  neutral: 0x99_aa_b5,
  working: 0x58_65_f2,
  good: 0x3b_a5_5c,
  bad: 0xed_42_45,
  ours: 0xfa_a6_1a,
}

const symbols: Readonly<Record<Card['tone'], string>> = {
  neutral: '⚪',
  working: '🔵',
  good: '✅',
  bad: '❌',
  ours: '⚠️',
}

/** Characters of all texts of a message together, and of its parts: what is left is the output's. */
const most = {
  all: 3_900,
  title: 400,
  note: 200,
  text: 1_300,
  commands: 1_000,
  facts: 500,
  longFacts: 250,
  tail: 800,
} as const

/** @param delivery what the message can be found by afterwards. */
export function messageOf(card: Card, delivery?: string): MessageContent {
  const mark = delivery === undefined ? undefined : markOf(delivery)
  const [head, ...texts] = textsOf(card)
  const inside: APIComponentInContainer[] = [
    { ...textPart(head ?? '…'), ...(mark === undefined ? {} : { id: mark.text }) },
    ...texts.map(textPart),
    ...buttonsOf(card.buttons),
  ]
  const box = { type: ComponentType.Container as const, accent_color: colours[card.tone], components: inside }
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [{ ...box, ...(mark === undefined ? {} : { id: mark.box }) }],
    allowed_mentions: nobody,
  }
}

/** Title and paragraphs; the output; small print. Never empty. */
function textsOf(card: Card): string[] {
  const commands = card.fields.filter(isCommand)
  const facts = card.fields.filter((field) => !isCommand(field))
  const about = card.submission !== undefined
  const list = about ? commands : card.fields
  const small = about ? factsOf([...facts, ...idOf(card, facts)]) : ''
  const said = [titleOf(card), ...paragraphs(card.text)]
  const room = most.all - said.join('\n').length - small.length - (card.tail.length === 0 ? 0 : most.tail)
  const head = [...said, ...fitting(list.map(listLine), Math.min(room, about ? most.commands : most.all))]
  const used = head.join('\n').length + small.length
  const tail = card.tail.length === 0 ? [] : [ansiBlock(card.tail, most.all - used)]
  return [head.join('\n'), ...tail, ...(small === '' ? [] : [small])]
}

/** A heading is bold, a sentence is not. What is no news needs no symbol. Threads are named after the bold ones. */
function titleOf({ title, note, tone, submission }: Card): string {
  const behind = note === undefined ? '' : `  ${cutText(note, most.note)}`
  const symbol = tone === 'neutral' && submission === undefined ? '' : `${symbols[tone]}  `
  const shown = cutText(title, most.title)
  return `${symbol}${submission === undefined && isSentence(title) ? shown : `**${shown}**`}${behind}`
}

function paragraphs(text: readonly string[]): string[] {
  const shown: string[] = []
  let left: number = most.text
  for (const paragraph of text) {
    if (left < 20) break
    const cut = cutText(paragraph, left)
    left -= cut.length
    shown.push(cut)
  }
  return shown
}

/** Kept for saying how much was left out. */
const moreRoom = 20

function fitting(lines: readonly string[], room: number): string[] {
  const shown: string[] = []
  let left = room
  for (const [index, line] of lines.entries()) {
    left -= line.length + 1
    if (left < moreRoom) return [...shown, `…and ${lines.length - index} more`]
    shown.push(line)
  }
  return shown
}

function isCommand({ label }: CardField): boolean {
  return label.startsWith('$ ')
}

function listLine({ label, value }: CardField): string {
  return `${isTyped(label) ? code(label) : `**${cutText(label, 200)}**`}  ${cutText(value, 400)}`
}

/** Receipts are for looking up, so they are small. */
function factsOf(facts: readonly CardField[]): string {
  const isLong = ({ value }: CardField) => value.length > shortValue
  const lines = fitting(facts.filter(isLong).map(factLine), most.longFacts)
  const short = fitting(facts.filter((fact) => !isLong(fact)).map(factLine), most.facts)
  return [...(short.length === 0 ? [] : [short.join('  ·  ')]), ...lines].map((line) => `-# ${line}`).join('\n')
}

/** Longer values have a line of their own. */
const shortValue = 40

function factLine({ label, value }: CardField): string {
  const shown = /^[0-9a-f]{32,}$/.test(value) ? code(value, 120) : `**${cutText(value, 120)}**`
  return `${cutText(label, 40)} ${shown}`
}

/** Whatever is about a submission says which; a thread's name is made from it after a crash. */
function idOf({ submission }: Card, facts: readonly CardField[]): CardField[] {
  if (submission === undefined || facts.some(({ label }) => label === 'Id')) return []
  return [{ label: 'Id', value: shortId(submission) }]
}

function textPart(content: string) {
  return { type: ComponentType.TextDisplay as const, content }
}

/** Discord's bound on the address of a button. */
const longestUrl = 512
const actionPrefix = 'rai:'

function buttonsOf(buttons: readonly CardButton[]): APIActionRowComponent<APIButtonComponent>[] {
  if (buttons.length === 0) return []
  return [{ type: ComponentType.ActionRow, components: buttons.slice(0, 5).map(button) }]
}

/** An address that is too long for a button is told to the person who presses it. */
function button({ action, label, submission, url }: CardButton): APIButtonComponent {
  const face = { type: ComponentType.Button as const, label: label.slice(0, 80) }
  if (url !== undefined && url.length <= longestUrl) return { ...face, style: ButtonStyle.Link, url }
  const style = action === 'cancel' ? ButtonStyle.Danger : ButtonStyle.Secondary
  return { ...face, style, custom_id: `${actionPrefix}${action}:${submission}` }
}

/** What a button of ours says it does, and to what. */
export function readAction(customId: string): { readonly action: string; readonly submission: string } | undefined {
  const [, action, submission] =
    /^rai:(cancel|rerun|log|link|take|release|retry|reveal|enrol):([0-9a-f]{24})$/.exec(customId) ?? []
  return action === undefined || submission === undefined ? undefined : { action, submission }
}
