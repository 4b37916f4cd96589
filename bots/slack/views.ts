import type { types } from '@slack/bolt'
import type { Card } from '../card.ts'
import { type Block, blocksOf } from './blocks.ts'

type Modal = types.ModalView

/** Slack's bound on a window's title is 24 characters. */
export function modal(title: string, blocks: Modal['blocks'], more: Partial<Modal> = {}): Modal {
  return {
    type: 'modal',
    title: plain(title.slice(0, 24)),
    close: plain('Close'),
    blocks,
    ...more,
  }
}

/** A window that only says something. Whatever can be pressed in a thread cannot be pressed in it. */
export function answerView(card: Card): Modal {
  return modal('RAI', blocksOf({ ...card, buttons: [] }))
}

export function homeView(blocks: Block[]): types.HomeView {
  return { type: 'home', blocks: blocks.slice(0, 100) }
}

export function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text }
}

export interface Field {
  /** Names the block and the element in it. */
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly optional?: boolean
  readonly initial?: string | undefined
  readonly placeholder?: string
}

export function textField({ name, label, hint, optional = false, initial, placeholder }: Field): types.InputBlock {
  return {
    type: 'input',
    block_id: name,
    optional,
    label: plain(label),
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: {
      type: 'plain_text_input',
      action_id: name,
      max_length: 1_000,
      ...(initial === undefined ? {} : { initial_value: initial.slice(0, 1_000) }),
      ...(placeholder === undefined ? {} : { placeholder: plain(placeholder) }),
    },
  }
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** Slack's bounds: 100 choices, and 75 characters of each. */
export function menuField({ name, label }: Field, choices: readonly Choice[], initial?: string): types.InputBlock {
  const options = choices
    .slice(0, 100)
    .map(({ value, label: text }) => ({ value: value.slice(0, 75), text: plain(text.slice(0, 75)) }))
  const chosen = options.find(({ value }) => value === initial)
  return {
    type: 'input',
    block_id: name,
    label: plain(label),
    element: {
      type: 'static_select',
      action_id: name,
      options,
      ...(chosen === undefined ? {} : { initial_option: chosen }),
    },
  }
}

export function fileField({ name, label, hint }: Field): types.InputBlock {
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: plain(label),
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: { type: 'file_input', action_id: name, max_files: 1 },
  }
}
