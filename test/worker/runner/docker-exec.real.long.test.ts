import { afterAll, beforeAll, describe } from 'vitest'
import { runnerContract } from '../../contracts/runner.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'

describe('the Docker runner on an engine elsewhere, by exec and with /build in memory', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject({ build: 'memory' })
  })
  afterAll(() => subject.close())

  runnerContract(() => subject)
})
