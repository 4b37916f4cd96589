import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { awsClientOptions } from '../../../core/aws/client-options.ts'

const key = { accessKeyId: 'AKIDLONGLIVED', secretAccessKey: 'long-lived-secret', region: 'eu-central-1' }
let server: Server
let endpoint: string
let requests: URLSearchParams[]
let answer: { status: number; body: string }
/** How far the service's clock is before ours. */
let clockOffMs: number

beforeEach(async () => {
  requests = []
  clockOffMs = 0
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push(new URLSearchParams(body))
    const date = new Date(Date.now() + clockOffMs).toUTCString()
    response.writeHead(answer.status, { 'content-type': 'text/xml', date }).end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterEach(() => server.close().closeAllConnections())

function session(seconds: number): { status: number; body: string } {
  const end = new Date(Date.now() + seconds * 1_000).toISOString()
  const credentials = `<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${end}</Expiration>`
  const result = `<AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult>`
  return {
    status: 200,
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</AssumeRoleResponse>`,
  }
}

it('uses the key itself where there is no role', async () => {
  const options = awsClientOptions({ ...key, endpoint })
  expect(options).toMatchObject({ region: 'eu-central-1', endpoint })
  expect(await options.credentials()).toEqual({ accessKeyId: 'AKIDLONGLIVED', secretAccessKey: 'long-lived-secret' })
})

it('takes the role of the account on, with the policy, for all clients together', async () => {
  answer = session(3_600)
  const role = {
    stsAccount: '123456789012',
    stsRole: 'rai-server',
    durationSeconds: 3_600,
    sessionPolicy: '{"Version":"2012-10-17"}',
    sessionName: 'rai-worker',
  }
  const { credentials } = awsClientOptions({ ...key, endpoint, ...role })
  const given = await Promise.all([credentials(), credentials()])
  expect(given[0]).toMatchObject({ accessKeyId: 'ASIA', sessionToken: 't', expiration: expect.any(Date) })
  expect(given[1]).toBe(given[0])
  expect(requests).toHaveLength(1)
  expect(Object.fromEntries(requests[0] ?? [])).toMatchObject({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::123456789012:role/rai-server',
    DurationSeconds: '3600',
    Policy: '{"Version":"2012-10-17"}',
    RoleSessionName: 'rai-worker',
  })
})

it('takes a whole ARN as it is', async () => {
  answer = session(3_600)
  await awsClientOptions({ ...key, endpoint, stsAccount: '1', stsRole: 'arn:aws:iam:::role/x' }).credentials()
  expect(requests[0]?.get('RoleArn')).toBe('arn:aws:iam:::role/x')
})

it('renews a session that is about to end', async () => {
  answer = session(60)
  const { credentials } = awsClientOptions({ ...key, endpoint, stsRole: 'rai' })
  await credentials()
  await credentials()
  expect(requests).toHaveLength(2)
})

it('never falls back to the long-lived key when the role is refused', async () => {
  answer = {
    status: 403,
    body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not yours</Message></Error></ErrorResponse>',
  }
  const { credentials } = awsClientOptions({ ...key, endpoint, stsRole: 'rai' })
  const failed = await credentials().catch((error: unknown) => error)
  expect(failed).toMatchObject({
    name: 'ProviderError',
    provider: 'sts',
    retryable: false,
    message: expect.stringContaining('role/rai'),
  })
  expect(String(failed)).not.toContain('long-lived-secret')
})

it.each([
  [20 * 60_000, '(19m \\d+s|20m) behind'],
  [-90 * 60_000, '1h (30|29)m ahead of'],
])('says plainly that this host’s clock is wrong, by %i ms', async (offMs, words) => {
  answer = session(900)
  clockOffMs = offMs
  const { credentials } = awsClientOptions({ ...key, endpoint, stsRole: 'rai' })
  await expect(credentials()).rejects.toMatchObject({
    provider: 'sts',
    message: expect.stringMatching(`the clock of this host is ${words} the service's`),
  })
})

it('says so too where the service only refuses what was signed', async () => {
  const code = '<Code>SignatureDoesNotMatch</Code>'
  const message = '<Message>Signature expired: 20250101T000000Z is now earlier than 20250101T001500Z</Message>'
  answer = { status: 403, body: `<ErrorResponse><Error>${code}${message}</Error></ErrorResponse>` }
  const { credentials } = awsClientOptions({ ...key, endpoint, stsRole: 'rai' })
  await expect(credentials()).rejects.toThrow(/the clock of this host differs/)
})

it('calls an STS that is away a passing trouble', async () => {
  const { credentials } = awsClientOptions({ ...key, endpoint: 'http://127.0.0.1:9', stsRole: 'rai' })
  await expect(credentials()).rejects.toMatchObject({ provider: 'sts', retryable: true })
})

it('keeps the notice about Node versions out of the terminal', async () => {
  const warnings: string[] = []
  const collect = (warning: Error) => warnings.push(warning.message)
  process.on('warning', collect)
  answer = session(3_600)
  await awsClientOptions({ ...key, endpoint, stsRole: 'rai' }).credentials()
  await new Promise(setImmediate)
  process.off('warning', collect)
  expect(warnings).toEqual([])
})
