import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { clientOptionsOf } from './api.ts'
import { isRefusedToken } from './failure.ts'
import { boltLogger } from './logger.ts'

/** How events reach us: a socket that we open, or signed requests that Slack sends. */
export type Transport =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number }

export interface ConnectionOptions {
  readonly transport: Transport
  readonly botToken: string
  readonly botId: string
  readonly botUserId: string
  readonly apiUrl: string
  readonly logger: Logger
  /** Without any sign of life from Slack for so long, the connection counts as broken. */
  readonly pingMs?: number
}

export interface Connection {
  readonly app: App
  /** Receives until `signal` aborts. Rejects where Slack will never let us in. */
  run(signal: AbortSignal, onReady?: (url?: string) => void): Promise<void>
}

const firstPauseMs = 500
const longestPauseMs = 30_000
/** A connection that stood for so long was a good one. */
const steadyMs = 10_000
const defaultPingMs = 30_000
const goodbyeMs = 1_000

export function createConnection(options: ConnectionOptions): Connection {
  const { transport, botToken, botId, botUserId, logger } = options
  const clientOptions = clientOptionsOf(options)
  const { receiver, run } = transport.kind === 'socket' ? socket(options, transport.appToken) : http(options, transport)
  const app = new App({
    ...{ token: botToken, botId, botUserId, receiver, clientOptions },
    logger: boltLogger(logger),
    // Asked once when we started; then events need no call of their own.
    tokenVerificationEnabled: false,
    convoStore: false,
  })
  app.error(async (error) => logger.warn({ err: describeError(error) }, 'an event of Slack’s failed'))
  return { app, run }
}

type Way = Pick<Connection, 'run'> & { readonly receiver: Receiver }

/** Bolt's own reconnecting ends the process when Slack cannot be reached for a moment, so it is done here. */
function socket(options: ConnectionOptions, appToken: string): Way {
  const { logger, pingMs = defaultPingMs } = options
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    serverPingTimeout: pingMs,
    logger: boltLogger(logger),
    installerOptions: { clientOptions: clientOptionsOf(options) },
  })
  const { client } = receiver

  let refused = false

  /** What somebody has to mend is said once; the rest goes away by itself. */
  function complain(error: unknown): void {
    const err = describeError(error)
    if (!isRefusedToken(error)) logger.warn({ err }, 'cannot connect to Slack; trying again')
    else if (!refused) logger.error({ err }, refusedAppToken)
    refused ||= isRefusedToken(error)
  }

  async function stayConnected(signal: AbortSignal, onReady?: () => void): Promise<void> {
    const aborted = signal.aborted ? undefined : once(signal, 'abort').then(() => undefined)
    let pauseMs = 0
    let wasIn = false
    while (!signal.aborted) {
      const startedAt = performance.now()
      try {
        const closed = new Promise<void>((resolve) => client.once('disconnected', resolve))
        await client.start()
        onReady?.()
        wasIn = true
        refused = false
        await Promise.race([closed, aborted])
        logger.debug('the connection to Slack ended')
      } catch (error) {
        if (isRefusedToken(error) && !wasIn) throw new Error(refusedAppToken, { cause: error })
        complain(error)
      }
      pauseMs = performance.now() - startedAt > steadyMs ? 0 : Math.min(longestPauseMs, pauseMs * 2 || firstPauseMs)
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    }
    // It resolves when the connection is closed, which one that was never open is not.
    await Promise.race([client.disconnect(), delay(goodbyeMs, undefined, { ref: false })])
  }

  return { receiver, run: stayConnected }
}

const refusedAppToken =
  'Slack refuses slack.app_token. Make a new app-level token with the scope connections:write (docs/slack.md).'

function http({ logger }: ConnectionOptions, { signingSecret, host, port }: Extract<Transport, { kind: 'http' }>): Way {
  const receiver = new HTTPReceiver({ signingSecret, logger: boltLogger(logger) })
  return {
    receiver,
    async run(signal, onReady) {
      const server = await receiver.start({ host, port })
      const address = server.address()
      const open = typeof address === 'object' && address !== null ? address.port : port
      onReady?.(`http://${host}:${open}${eventsPath}`)
      if (!signal.aborted) await once(signal, 'abort')
      await receiver.stop()
    },
  }
}

/** Where Slack sends everything in HTTP mode. */
const eventsPath = '/slack/events'
