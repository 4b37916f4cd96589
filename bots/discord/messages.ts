import { type Client, Events, type Message, MessageType } from 'discord.js'
import { plainCard } from '../card.ts'
import { ChatError } from '../chat.ts'
import type { Answer } from '../commands/request.ts'
import { splitWords } from '../commands/words.ts'
import { attachmentsOf } from './attachment.ts'
import type { Desk } from './desk.ts'
import { sendCard } from './send.ts'
import { missingIn, whereOf } from './where.ts'

/** Mentions in channels, and whatever is said to the bot alone. Discord shows the bot these without any privilege. */
export function listenToMessages(client: Client, desk: Desk): void {
  client.on(Events.MessageCreate, (message) => {
    if (message.client.isReady() && isForUs(desk, message)) desk.start('answer a message', () => hear(desk, message))
  })
}

function isForUs({ botUserId, guild }: Desk, { author, type, guildId, content, webhookId }: Message): boolean {
  const isSaid = type === MessageType.Default || type === MessageType.Reply
  if (author.bot || webhookId !== null || !isSaid) return false
  if (guildId === null) return true
  return (guild === undefined || guildId === guild) && mention(botUserId).test(content)
}

async function hear(desk: Desk, message: Message): Promise<void> {
  const { id, author, channelId, guildId, createdTimestamp, content, attachments } = message
  const where = await whereOf(message.client, channelId, guildId)
  const me = message.guild?.members.me ?? null
  const permissions = message.channel.isDMBased() || me === null ? null : message.channel.permissionsFor(me)
  const answer = await desk.ask({
    ...{ ...where, user: author.id, event: id, at: createdTimestamp },
    words: wordsIn(content, desk.botUserId),
    attachments: attachmentsOf(attachments.values(), { id, channel: channelId }),
    missing: missingIn(permissions),
  })
  await answerMessage(desk, message, answer)
}

function mention(user: string): RegExp {
  return new RegExp(`<@!?${user}>`, 'g')
}

/** Without the mention, and without a `/rai` that somebody typed out of habit. */
function wordsIn(text: string, botUserId: string): string[] {
  const bare = text.replaceAll(mention(botUserId), ' ').replaceAll(/<(https?:\/\/[^\s>]+)>/g, '$1')
  const words = splitWords(bare)
  return /^\/?rai$/i.test(words[0] ?? '') ? words.slice(1) : words
}

/** Nothing said in a channel can be for one person, so it goes to them directly; links never where others read. */
async function answerMessage({ api, direct }: Desk, { id, author, channelId, guildId }: Message, answer: Answer) {
  const delivery = `answer:${id}`
  if (guildId === null) return void (await sendCard(api, { channel: channelId, replyTo: id }, answer.card, delivery))
  const channel = await direct.open(author.id)
  try {
    await sendCard(api, { channel }, answer.card, delivery)
  } catch (error) {
    if (!(error instanceof ChatError) || error.failure !== 'gone') throw error
    await sendCard(api, { channel: channelId, replyTo: id }, closedCard, delivery)
  }
}

const closedCard = plainCard('I have an answer for you alone, but you take no direct messages from this server.', [
  'Ask with `/rai` instead: what that answers, only you see. Or allow direct messages in the server’s privacy settings.',
])
