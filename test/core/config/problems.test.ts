import { expect, test } from 'vitest'
import { noticesOf, problemsOf } from './folder.ts'

test('every problem is told at once, with its line, in the order of the file', async () => {
  const text = `ap:
  name: x
docker:
  time_limit: 5 bananas
  memroy_limit: 8gb
  memory_limit: 100mb
  memory_limit: 200mb
  env: {1X: y}
store:
  provider: s4
server:
  number_of_workers: 0
  queues: [a b]
verbose: true
slack:
  bot_token: [xoxb-1, 2]
source: 3
aws:
  endpoint: minio:9000
pubsub:
  endpoints: [redis.example.edu, "redis://u:hunt/er2@h:1/"]
`
  expect(await problemsOf(text)).toEqual([
    'FILE:2: ap.name: there is no section "ap"; did you mean "app"?',
    'FILE:4: docker.time_limit: must be a duration such as 90s, 15m or 1h, but is "5 bananas"',
    'FILE:5: docker.memroy_limit: there is no such key; did you mean docker.memory_limit?',
    'FILE:7: docker.memory_limit: is written twice; the first is in line 6',
    'FILE:8: docker.env: must be a map of variable names and texts, such as "OMP_NUM_THREADS: 4"',
    'FILE:10: store.provider: must be filesystem or s3, but is "s4"; did you mean s3?',
    'FILE:12: server.number_of_workers: must be a whole number from 1 to 1000, but is "0"',
    'FILE:13: server.queues: "a b" is no queue; a name is up to 80 letters, digits, "-" and "_"; `{name}` and `{arch}` are filled in',
    'FILE:14: verbose: stands outside every section; there is app.verbose',
    'FILE:16: slack.bot_token: must be text, but is a list',
    'FILE:17: source: is a section; write its keys below it, indented by two blanks',
    'FILE:19: aws.endpoint: must be a URL such as https://host.example.edu:9000, but is "minio:9000"',
    'FILE:21: pubsub.endpoints: "redis.example.edu" is not an endpoint; write host:port, such as db.example.edu:6379',
    'FILE:21: pubsub.endpoints: "…@h:1/" is not an endpoint; write host:port, such as db.example.edu:6379',
  ])
})

test('a channel for the staff is an id, because names change', async () => {
  const text = "slack:\n  staff_channel: '#staff'\ndiscord:\n  staff_channel: staff\n"
  expect(await problemsOf(text)).toEqual([
    expect.stringMatching(
      /^FILE:2: slack.staff_channel: must be the id of a channel, such as C0123456789, not its name/,
    ),
    expect.stringMatching(/^FILE:4: discord.staff_channel: must be the id of a channel, .* right-click it in Discord/),
  ])
  const good = "slack:\n  staff_channel: C0123456789\ndiscord:\n  staff_channel: '445566778899001122'\n"
  await expect(noticesOf(good)).resolves.toBeDefined()
})

test.each([
  ['docker:\n\timage: x\n', ['FILE:2: the line is indented with a tab; YAML wants spaces']],
  ['- docker\n', ['FILE:1: the file must consist of sections, such as "docker:" with indented keys below it']],
  ['just text', ['FILE:1: the file must consist of sections, such as "docker:" with indented keys below it']],
  [
    'app:\n  name: a\n---\napp:\n  name: b\n',
    ['FILE:3: a second document starts here; keep everything above the "---"'],
  ],
  ['app:\n  name: a\napp:\n  name: b\n', ['FILE:3: app: is written twice; the first is in line 1']],
  ['store:\n  bucket: [a]\n', ['FILE:2: store.bucket: must be text, but is a list']],
  ['docker:\n  image: {a: b}\n', ['FILE:2: docker.image: must be text, but is a map']],
  [
    'docker:\n  username: "0:5"\n',
    ['FILE:2: docker.username: must be two numbers above 0 such as 65534:65534, but is "0:5"'],
  ],
  [
    'aws:\n  endpoint: http://u:hunter2@h\n',
    ['FILE:2: aws.endpoint: must not hold a user or password; there are keys of their own for these'],
  ],
  [
    'client:\n  upload_destination_directory: ../x\n',
    [
      'FILE:2: client.upload_destination_directory: must be folders of letters, digits, "-", "_" and ".", with "/" between, but is "../x"',
    ],
  ],
])('says what is wrong with %j', async (text, problems) => {
  expect(await problemsOf(text)).toEqual(problems)
})

test('bytes that are not UTF-8 are told', async () => {
  expect(await problemsOf(Buffer.from([0x61, 0x3a, 0xff]))).toEqual(['FILE: the file is not UTF-8 text'])
})

test('what is not YAML is told without repeating the line, which may hold a password', async () => {
  const problems = await problemsOf('pubsub:\n  password: "hunter2\n')
  expect(problems.join()).toMatch(/^FILE:\d: this is not YAML \(/)
  expect(problems.join()).not.toContain('hunter2')
})

test('a bomb of aliases is refused', async () => {
  const levels = 'abcdefgh'
    .split('')
    .map((name, at, all) => `  ${name}: &${name} [${at === 0 ? 'x' : `*${all[at - 1]},`.repeat(9)}]`)
  expect((await problemsOf(`app:\n${levels.join('\n')}\n`)).join()).toContain('Excessive alias count')
})

test('parts are told what they miss', async () => {
  const text =
    'store: {provider: s3}\npubsub: {provider: redis}\ndatabase: {provider: postgres}\nauth: {provider: auth0}\nemail: {provider: mailgun, domain: d}\naws: {access_key_id: AKIA, sts_role: rai}\ndocker: {memory_limit: 64mb}\n'
  expect(await problemsOf(text)).toEqual([
    'FILE:1: store.bucket: is missing; the s3 store needs the name of a bucket',
    'FILE:2: pubsub.endpoints: is missing; name the Redis servers, such as "- redis.example.edu:6379"',
    'FILE:3: database.endpoints: is missing; name the PostgreSQL servers, such as "- db.example.edu:5432"',
    'FILE:3: app.secret: is missing; with postgres all hosts must share it: put it into RAI_SECRET or ~/.rai_secret',
    'FILE:4: auth.domain: is missing; the provider named in auth.provider needs it',
    'FILE:4: auth.client_id: is missing; the provider named in auth.provider needs it',
    'FILE:4: auth.client_secret: is missing; the provider named in auth.provider needs it',
    'FILE:5: email.source: is missing; the provider named in email.provider needs it',
    'FILE:5: email.mailgun_active_api_key: is missing; the provider named in email.provider needs it',
    'FILE:6: aws.secret_access_key: is missing; the two belong together',
    'FILE:6: aws.sts_account: is missing; aws.sts_role is a role of that account',
    'FILE:7: docker.memory_limit: leaves nothing for programs: /tmp and /dev/shm count as memory; lower docker.tmp_limit',
  ])
})

test('a mixture of parts for one host and for many is told', async () => {
  const notices = await noticesOf('pubsub: {provider: redis, endpoints: ["r:6379"]}\ndocker: {runner: bubblewrap}\n')
  expect(notices).toEqual([
    'This installation is bound to one host, because database.provider is sqlite, broker.provider is memory, store.provider is filesystem; for several hosts choose postgres, sqs, redis and s3.',
    "docker.runner is bubblewrap: it isolates students' programs less than Docker does. Use it to try RAI out only.",
  ])
})

test('of several database servers the first is used, which is told', async () => {
  const yaml = 'database: {provider: postgres, endpoints: ["a:1", "b:2"]}\n'
  expect((await noticesOf(yaml, { secret: 'PASS' })).join('\n')).toContain(
    'Of database.endpoints only the first, a:1, is used; for several servers name a proxy there.',
  )
})

test('a misspelt variable is told, others are not our business', async () => {
  const env = {
    RAI_SERVER_QUEUS: 'x',
    RAI_STORE_ACL: 'public-read',
    RAI_SOURCE_DIR: '/src',
    RAI_ARCH: 'amd64',
    PATH: '/bin',
  }
  expect(await noticesOf('', { env })).toEqual([
    'RAI_SERVER_QUEUS is set, but there is no such key. Did you mean RAI_SERVER_QUEUES?',
    'RAI_STORE_ACL is not used: everything in the store is private, and links are signed and expire.',
  ])
})

test('a wrong value in a variable names the variable', async () => {
  expect(await problemsOf('', { env: { RAI_DOCKER_CPU_LIMIT: 'many' } })).toEqual([
    'RAI_DOCKER_CPU_LIMIT: docker.cpu_limit: must be a number from 0.01 to 1024, but is "many"',
  ])
})
