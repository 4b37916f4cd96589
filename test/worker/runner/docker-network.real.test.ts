import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestFor, runOnce, shell } from '../../contracts/runner-requests.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'

const never = new AbortController().signal

describe('the network of a run', () => {
  let subject: DockerSubject
  let network: string
  beforeAll(async () => {
    subject = await startDockerSubject()
    network = `${subject.labelPrefix}-inside`
    await subject.api.createNetwork({ Name: network, Internal: true })
  })
  afterAll(async () => {
    await subject.api.getNetwork(network).remove()
    await subject.close()
  })

  // That it leads nowhere is the work of the engine's firewall rules, which an engine of these tests does not make.
  it('is there where the course allows it', async () => {
    const runner = subject.create({ network })
    const request = requestFor(subject.image, { network: 'internal' })
    const { stdout } = await runOnce(runner, request, [shell('grep -c eth0 /proc/net/dev')])
    expect(stdout).toBe('1\n')
  })

  it('is not there for a run that may not have it', async () => {
    const runner = subject.create({ network })
    const { stdout } = await runOnce(runner, requestFor(subject.image), [shell('grep -c eth0 /proc/net/dev; true')])
    expect(stdout).toBe('0\n')
  })

  it('is refused where the worker has none', async () => {
    const opening = subject.runner.open(requestFor(subject.image, { network: 'internal' }), never)
    await expect(opening).rejects.toMatchObject({ name: 'Refusal', code: 'no-network' })
  })

  it('is not one that leads out, whatever the configuration says', async () => {
    const runner = subject.create({ network: 'host' })
    const opening = runner.open(requestFor(subject.image, { network: 'internal' }), never)
    await expect(opening).rejects.toMatchObject({ name: 'ProviderError', retryable: false })
  })
})

describe('cores of its own', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  it('are what a run sees', async () => {
    const runner = subject.create({ pinCpus: true })
    const { stdout } = await runOnce(runner, requestFor(subject.image, { limits: { cpus: 0.5 } }), [
      shell('grep Cpus_allowed_list /proc/self/status'),
    ])
    expect(stdout).toBe('Cpus_allowed_list:\t0\n')
  })
})
