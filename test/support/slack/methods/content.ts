import { z } from 'zod'
import { violation } from '../api-error.ts'
import { type Block, readBlocks } from '../blocks.ts'
import type { Message, Metadata } from '../model.ts'
import type { Workspace } from '../workspace.ts'
import { json } from './method.ts'

/** What a message can consist of; posting, editing and answers to a `response_url` share it. */
export const contentArgs = {
  text: z.string().optional(),
  blocks: json(z.array(z.unknown())).optional(),
  markdown_text: z.string().max(12_000).optional(),
  metadata: json(
    z.strictObject({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) }),
  ).optional(),
  mrkdwn: json(z.boolean()).optional(),
  parse: z.enum(['full', 'none']).optional(),
  link_names: json(z.boolean()).optional(),
  unfurl_links: json(z.boolean()).optional(),
  unfurl_media: json(z.boolean()).optional(),
}

export interface ContentArgs {
  readonly text?: string | undefined
  readonly blocks?: readonly unknown[] | undefined
  readonly markdown_text?: string | undefined
  readonly metadata?: Metadata | undefined
}

export type Content = Pick<Message, 'text' | 'blocks' | 'metadata'>

const checkMetadata = (metadata: Metadata | undefined, most: number): void => {
  if (metadata && Buffer.byteLength(JSON.stringify(metadata)) > most) throw violation('metadata_too_large')
}

const textOf = ({ text, markdown_text }: ContentArgs, before: Content | undefined, most: number): string => {
  if (markdown_text !== undefined && text !== undefined) throw violation('markdown_text_conflict')
  if (text !== undefined && text.length > most) throw violation('msg_too_long')
  return markdown_text ?? text ?? before?.text ?? ''
}

const blocksOf = ({ blocks }: ContentArgs, before: Content | undefined): readonly Block[] =>
  blocks === undefined ? (before?.blocks ?? []) : readBlocks(blocks, 50)

/** Checked content; whatever an edit does not mention stays as it was. */
export const readContent = ({ limits }: Workspace, args: ContentArgs, before?: Content): Content => {
  const text = textOf(args, before, limits.textLength)
  const blocks = blocksOf(args, before)
  if (text === '' && blocks.length === 0) throw violation('no_text')
  checkMetadata(args.metadata, limits.metadataBytes)
  return { text, blocks, metadata: args.metadata ?? before?.metadata }
}
