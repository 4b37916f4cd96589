import { afterAll, beforeAll, describe } from 'vitest'
import { runnerContract } from '../../contracts/runner.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'

describe('the Docker runner', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  runnerContract(() => subject)
})
