import type { types } from '@slack/bolt'
import { withoutColours } from '../../core/log/colours.ts'
import { type Card, type CardButton, type CardField, isSentence, isTyped } from '../card.ts'
import { code, codeBlock, prose } from './text.ts'

export type Block = types.KnownBlock

/** A card as a message: blocks, and the text of notifications. */
export interface MessageContent {
  readonly text: string
  readonly blocks: Block[]
}

/** Characters that parts of a message may take. Slack refuses sections above 3,000, and long messages as a whole. */
export interface Room {
  readonly text: number
  readonly tail: number
}

const wide: Room = { text: 2_900, tail: 2_900 }
/** For what Slack found too long. */
export const narrow: Room = { text: 900, tail: 900 }

const symbols: Readonly<Record<Card['tone'], string>> = {
  neutral: '⚪',
  working: '🔵',
  good: '✅',
  bad: '❌',
  ours: '⚠️',
}

/** Sections that one kind of content takes, at the most: Slack bounds blocks (50), and what all of them hold. */
const mostSections = 3
const mostFacts = 30

export function messageOf(card: Card, room: Room = wide): MessageContent {
  return { text: fallbackOf(card), blocks: blocksOf(card, room) }
}

export function blocksOf(card: Card, room: Room = wide): Block[] {
  const commands = card.fields.filter(isCommand)
  const facts = card.fields.filter((field) => !isCommand(field))
  const about = card.submission !== undefined
  return [
    section(titleOf(card, room.text)),
    ...paragraphs(card.text, room.text),
    ...sections(commands.map(commandLine), room.text),
    ...(about ? [] : sections(facts.map(listLine), room.text)),
    ...(card.tail.length === 0 ? [] : [section(codeBlock(card.tail.map(withoutColours), room.tail))]),
    ...(about ? contextOf(facts) : []),
    ...buttonsOf(card.buttons),
  ]
}

/** Without Slack's own parsing: what looks like a channel or a person stays text. */
export function section(text: string): types.SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

type Head = Pick<Card, 'title' | 'note' | 'tone' | 'submission'>

/** A heading is bold, a sentence is not. What is no news needs no symbol. */
export function titleOf({ title, note, tone, submission }: Head, most = wide.text): string {
  const behind = note === undefined ? '' : `  ${prose(note, 200)}`
  const symbol = tone === 'neutral' && submission === undefined ? '' : `${symbols[tone]}  `
  const room = most - behind.length - symbol.length - 2
  return `${symbol}${isSentence(title) ? prose(title, room) : bold(title, room)}${behind}`
}

function paragraphs(text: readonly string[], most: number): Block[] {
  return text.length === 0
    ? []
    : sections(
        text.map((paragraph) => prose(paragraph, most)),
        most,
      )
}

/** As few sections as hold all lines. */
function sections(lines: readonly string[], most: number): Block[] {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + line.length < most) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.slice(0, mostSections).map(section)
}

function isCommand({ label }: CardField): boolean {
  return label.startsWith('$ ')
}

function commandLine({ label, value }: CardField): string {
  return `${code(label)}  ${prose(value, 200)}`
}

function listLine({ label, value }: CardField): string {
  const head = isTyped(label) ? code(label) : bold(label, 200)
  return `${head}  ${prose(value, 600)}`
}

/** Longer values than these have a line of their own. */
const shortValue = 40
const mostLongFacts = 5

/** Receipts are for looking up, so they are small. */
function contextOf(facts: readonly CardField[]): Block[] {
  const known = facts.slice(0, mostFacts)
  const short = known.filter(({ value }) => value.length <= shortValue).map(fact)
  const long = known.filter(({ value }) => value.length > shortValue).map(fact)
  const lines = [...(short.length === 0 ? [] : [short.join('   ·   ')]), ...long.slice(0, mostLongFacts)]
  return lines.map(context)
}

function context(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

function fact({ label, value }: CardField): string {
  const shown = /^[0-9a-f]{8,}$/.test(value) ? code(value) : prose(value, 200)
  return `${prose(label, 60)}  ${shown}`
}

function bold(text: string, most: number): string {
  return `*${prose(text, most)}*`
}

const mostUrl = 3_000

function buttonsOf(buttons: readonly CardButton[]): Block[] {
  if (buttons.length === 0) return []
  return [{ type: 'actions', elements: buttons.slice(0, 5).map(button) }]
}

/** Buttons that do something, and buttons that open an address: Slack reports both. */
export const actionPrefix = 'rai_'
export const openPrefix = 'open_'

export function button({ action, label, submission, url }: CardButton): types.Button {
  const opens = url !== undefined && url.length <= mostUrl
  return {
    type: 'button',
    action_id: `${opens ? openPrefix : actionPrefix}${action}`,
    text: { type: 'plain_text', text: label.slice(0, 75) },
    value: submission,
    ...(opens ? { url } : {}),
    ...(action === 'cancel' ? { style: 'danger' as const } : {}),
  }
}

const mostFallback = 600

function fallbackOf({ title, note, text }: Card): string {
  return prose([title, ...(note === undefined ? [] : [note]), ...text].join(' · '), mostFallback)
}
