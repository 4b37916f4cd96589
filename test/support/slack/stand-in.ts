import type { Deliverer, Transport } from './delivery.ts'
import type { Fault, FaultOptions } from './faults.ts'
import type { Call, Delivery, Failure } from './journal.ts'
import type { ChannelOptions, Message, UserOptions } from './model.ts'
import { createPerson, type Person } from './people/person.ts'
import { channelOf, enter } from './people/talking.ts'
import { createSignedHttp, postSigned, type SigningOptions, verifyUrl } from './signed-http.ts'
import type { DisconnectReason, Sockets } from './socket.ts'
import type { Workspace } from './workspace.ts'

/** The workspace as tests use it. Everything answers at once from memory; what happens later is waited for by `until`. */
export interface SlackStandIn {
  /** For `clientOptions.slackApiUrl`, which serves the bot's client and Socket Mode alike. */
  readonly apiUrl: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly teamId: string
  readonly botUserId: string
  /** False where the recordings of the real platform are missing, so that no shape is checked. */
  readonly checksShapes: boolean

  user(id: string, options?: UserOptions): Person
  channel(id: string, options?: ChannelOptions): void
  userGroup(id: string, options: { readonly handle: string; readonly users: readonly string[] }): void
  /** The person's conversation with the bot. */
  directOf(user: string): string
  invite(channel: string): void
  kick(channel: string): void
  archive(channel: string): void
  /** As if the channel had never been. */
  removeChannel(channel: string): void
  /** Every call with the bot token answers this from now on. */
  revoke(error?: 'token_revoked' | 'account_inactive' | 'invalid_auth'): void

  /** By time, threads included, ephemeral ones left out. */
  messages(channel: string): readonly Message[]
  /** The root and its replies. */
  thread(channel: string, ts: string): readonly Message[]
  file(id: string): Buffer | undefined

  failures(): readonly Failure[]
  /** Calls of the Web API, of one method or all. */
  calls(method?: string): readonly Call[]
  deliveries(): readonly Delivery[]
  /** Methods and payloads that were used although no recording describes them. */
  unchecked(): readonly string[]
  /**
   * Resolves as soon as the predicate holds, asked whenever something changed in Slack (a call, a message, a view, an
   * acknowledgement, a connection, a failure); rejects after `timeoutMs` of real time, 10 s unless told.
   */
  until(predicate: () => boolean, timeoutMs?: number): Promise<void>
  now(): number
  advance(ms: number): void

  /** What the next calls of `method` meet instead of their answer. */
  fault(method: string, fault: Fault, options?: FaultOptions): void
  connections(): number
  dropSockets(): void
  disconnectSockets(reason: DisconnectReason): void
  /** Sends the next `times` envelopes twice, the second time as a redelivery. */
  repeatNext(times?: number): void
  /** Signed HTTP from now on, after the handshake with `url`. */
  deliverTo(url: string, options?: SigningOptions): Promise<void>
  /** Posts any body to the bot, signed as Slack or otherwise. */
  post(url: string, type: string, body: string, options?: SigningOptions): Promise<Response>
  close(): Promise<void>
}

export interface StandInParts {
  readonly workspace: Workspace
  readonly sockets: Sockets
  readonly delivery: Deliverer
  readonly way: { transport: Transport }
  readonly close: () => Promise<void>
}

type Part<Keys extends keyof SlackStandIn> = Pick<SlackStandIn, Keys>

const places = (
  workspace: Workspace,
): Part<'user' | 'channel' | 'userGroup' | 'directOf' | 'invite' | 'kick' | 'archive' | 'removeChannel' | 'revoke'> => {
  const { state, identity, revoked } = workspace
  return {
    user: (id, options) => createPerson(workspace, state.users.get(id) ?? state.addUser(id, options)),
    channel: (id, options) => void state.addChannel(id, options),
    userGroup: (id, options) => void state.groups.set(id, { id, ...options }),
    directOf: (user) => state.directOf(user).id,
    invite: (id) => enter(workspace, channelOf(workspace, id), identity.botUserId),
    kick: (id) => void channelOf(workspace, id).members.delete(identity.botUserId),
    archive(id) {
      channelOf(workspace, id).archived = true
    },
    removeChannel: (id) => void state.channels.delete(id),
    revoke: (error = 'token_revoked') => void revoked.set(identity.botToken, error),
  }
}

const records = ({
  state,
  journal,
  unchecked,
  clock,
}: Workspace): Part<
  'messages' | 'thread' | 'file' | 'failures' | 'calls' | 'deliveries' | 'unchecked' | 'until' | 'now' | 'advance'
> => ({
  messages: state.messagesIn,
  thread: state.threadOf,
  file: (id) => state.files.get(id)?.bytes,
  failures: () => journal.failures,
  calls: (method) => journal.calls.filter((call) => method === undefined || call.method === method),
  deliveries: () => journal.deliveries,
  unchecked: () => [...unchecked].sort(),
  until: journal.until,
  now: clock.now,
  advance: clock.advance,
})

export const createStandIn = ({ workspace, sockets, delivery, way, close }: StandInParts): SlackStandIn => {
  const { identity, baseUrl, shapes, faults } = workspace
  const { botToken, appToken, signingSecret, teamId, botUserId } = identity
  return {
    ...{ botToken, appToken, signingSecret, teamId, botUserId },
    apiUrl: `${baseUrl}/api/`,
    checksShapes: shapes.present,
    ...places(workspace),
    ...records(workspace),
    fault: faults.arm,
    connections: sockets.count,
    dropSockets: sockets.drop,
    disconnectSockets: sockets.disconnect,
    repeatNext: delivery.repeatNext,
    async deliverTo(url, options) {
      await verifyUrl(identity, url)
      way.transport = createSignedHttp(identity, url, options)
    },
    post: (url, type, body, options) => postSigned(identity, url, type, body, options),
    close,
  }
}
