import { expect, test } from 'vitest'
import { configFrom } from '../../../core/config/parse.ts'
import { secretsIn } from '../../../core/config/secrets.ts'

test('the secrets for a redactor are all that the configuration holds, and nothing else', () => {
  const config = configFrom(
    { app: { secret: 'one', name: 'course' }, pubsub: { password: 'two' }, slack: { bot_token: 'three' } },
    { home: '/home/staff', cwd: '/work' },
  )
  expect(secretsIn(config)).toEqual(['one', 'two', 'three'])
})

test('a configuration made in the program is checked as one that was written', () => {
  const make = () => configFrom({ docker: { time_limit: 'soon' } }, { home: '/h', cwd: '/w' })
  expect(make).toThrow('docker.time_limit: must be a duration such as 90s, 15m or 1h, but is "soon"')
})
