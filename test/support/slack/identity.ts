import { randomBytes } from 'node:crypto'

/** Who the bot is in this workspace, and the secrets it was installed with: made anew for every stand-in. */
export interface Identity {
  readonly teamId: string
  readonly teamDomain: string
  readonly appId: string
  readonly botId: string
  readonly botUserId: string
  readonly botName: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
}

export const createIdentity = (): Identity => ({
  teamId: 'T0COURSE01',
  teamDomain: 'course',
  appId: 'A0RAI00001',
  botId: 'B0RAI00001',
  botUserId: 'U0RAIBOT01',
  botName: 'rai',
  botToken: `xoxb-${randomBytes(16).toString('hex')}`,
  appToken: `xapp-${randomBytes(16).toString('hex')}`,
  signingSecret: randomBytes(16).toString('hex'),
})
