import { expect, test } from 'vitest'
import { ProviderError, Refusal } from '../../../core/errors.ts'
import { describeError } from '../../../core/logger/describe-error.ts'

test('says of a provider failure what it was, without what the SDK hangs on it', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED redis://:hunter2@h:1'), {
    code: 'ECONNREFUSED',
    $response: { headers: { authorization: 'hunter2' } },
  })
  const described = describeError(new ProviderError({ provider: 'redis', operation: 'append', retryable: true, cause }))
  expect(described).toEqual({
    type: 'ProviderError',
    message: 'redis could not append: connect ECONNREFUSED redis://[redacted]@h:1',
    provider: 'redis',
    operation: 'append',
    retryable: true,
    cause: {
      type: 'Error',
      message: 'connect ECONNREFUSED redis://[redacted]@h:1',
      code: 'ECONNREFUSED',
      stack: expect.any(String),
    },
  })
  expect(JSON.stringify(described)).not.toContain('hunter2')
})

test('says of a refusal its code and context, and no stack', () => {
  expect(describeError(new Refusal('too-large', 'Too large.', { bytes: 5 }))).toEqual({
    type: 'Refusal',
    message: 'Too large.',
    code: 'too-large',
    context: { bytes: 5 },
  })
})

test('survives whatever is thrown', () => {
  const circular = new Error('round')
  circular.cause = circular
  expect(JSON.stringify(describeError(circular)).length).toBeLessThan(50_000)
  expect(describeError('text')).toEqual({ message: 'text' })
  expect(describeError(undefined)).toEqual({ message: 'undefined' })
  expect(describeError(new Error('x'.repeat(1e6)))).toMatchObject({ message: 'x'.repeat(4_000) })
})
