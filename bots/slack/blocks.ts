import type { types } from '@slack/bolt'
import type { Card, CardButton, CardField } from '../card.ts'
import { withoutColours } from '../render/clean.ts'
import { code, codeBlock, cutText } from './text.ts'

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

export const wide: Room = { text: 2_900, tail: 2_900 }
/** For what Slack found too long. */
export const narrow: Room = { text: 900, tail: 900 }

const symbols: Readonly<Record<Card['tone'], string>> = {
  neutral: '⚪',
  working: '🔵',
  good: '✅',
  bad: '❌',
  ours: '⚠️',
}

/** Blocks of a list, at the most: a message takes 50 blocks in all. */
const mostListBlocks = 30

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
    ...sections(commands.map(commandLine)),
    ...(about ? [] : sections(facts.map(listLine))),
    ...(card.tail.length === 0 ? [] : [section(codeBlock(card.tail.map(withoutColours), room.tail))]),
    ...(about ? contextOf(facts) : []),
    ...buttonsOf(card.buttons),
  ]
}

/** Without Slack's own parsing: what looks like a channel or a person stays text. */
export function section(text: string): types.SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

export function titleOf({ title, note, tone }: Pick<Card, 'title' | 'note' | 'tone'>, most = wide.text): string {
  const behind = note === undefined ? '' : `  ${cutText(note, 200)}`
  return `${symbols[tone]}  *${cutText(title.replaceAll('*', '∗'), most - behind.length - 10)}*${behind}`
}

function paragraphs(text: readonly string[], most: number): Block[] {
  return text.length === 0 ? [] : sections(text.map((paragraph) => cutText(paragraph, most)))
}

/** As few sections as hold all lines. */
function sections(lines: readonly string[]): Block[] {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + line.length < wide.text) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.slice(0, mostListBlocks).map(section)
}

function isCommand({ label }: CardField): boolean {
  return label.startsWith('$ ')
}

function commandLine({ label, value }: CardField): string {
  return `${code(label)}  ${cutText(value, 200)}`
}

function listLine({ label, value }: CardField): string {
  return `${code(label)}  ${cutText(value, 600)}`
}

/** Receipts are for looking up, so they are small. */
function contextOf(facts: readonly CardField[]): Block[] {
  if (facts.length === 0) return []
  const text = facts.map(({ label, value }) => `${cutText(label, 60)} *${bold(value)}*`).join('   ·   ')
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text: text.slice(0, 2_900), verbatim: true }] }]
}

function bold(value: string): string {
  return cutText(value.replaceAll('*', '∗'), 200)
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
  return cutText([title, ...(note === undefined ? [] : [note]), ...text].join(' · '), mostFallback)
}
