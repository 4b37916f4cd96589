import { expect, test } from 'vitest'
import { loadText, noticesOf } from './folder.ts'

test("the guide's server configuration is accepted", async () => {
  const text = `app:
  name: rai
  verbose: false
  debug: false
logger:
  hooks:
    - syslog
aws:
  access_key_id: AWS_ACCESS_KEY
  secret_access_key: AWS_SECRET_KEY
  region: us-east-1
  sts_account: STS_ACCOUNT
  sts_role: rai
  sts_role_duration_seconds: 15m
store:
  provider: s3
  base_url: http://s3.amazonaws.com
  acl: public-read
broker:
  provider: sqs
  serializer: json
  autoack: true
client:
  name: rai
  upload_bucket: files.rai-project.com
  bucket: userdata
  build_file: rai build
auth:
  provider: auth0
  domain: raiproject.auth0.com
  client_id: AUTH0_CLIENT_ID
  client_secret: AUTH0_CLIENT_SECRET
pubsub:
  endpoints:
    - pubsub.rai-project.com:6379
  password: PUBSUB_PASSWORD
`
  const { config } = await loadText(text)
  expect(config.store.bucket).toBe('files.rai-project.com')
  expect(config.client).toMatchObject({
    upload_destination_directory: 'userdata',
    build_destination_directory: 'rai_build',
    build_file: 'rai_build',
  })
  expect(await noticesOf(text)).toEqual([
    'FILE:18: store.acl is not used: everything in the store is private, and links are signed and expire.',
    'FILE:21: broker.serializer is not used: messages are always JSON.',
    'FILE:22: broker.autoack is not used: a message is acknowledged only after its job is safe.',
    'FILE:24: client.name is not used: `app.name` names the installation.',
    'FILE:26: client.bucket is read as the prefix in the store for what students send (client.upload_destination_directory is "userdata").',
    'FILE:27: client.build_file is read as the prefix in the store for results (client.build_destination_directory is "rai_build").',
    'This installation is bound to one host, because database.provider is sqlite, pubsub.provider is file; for several hosts choose postgres, sqs, redis and s3.',
  ])
})

test('client.bucket with a dot is a bucket', async () => {
  const { config } = await loadText('client: {bucket: files.example.edu}\nstore: {provider: s3}')
  expect(config.store.bucket).toBe('files.example.edu')
  expect(config.client.upload_destination_directory).toBe('userdata')
})

test('client.build_file without blanks is the name of the build file, with or without its ending', async () => {
  for (const value of ['rai_build', 'rai_build.yml', 'rai_build.yaml']) {
    const { config, notices } = await loadText(`client: {build_file: ${value}}`)
    expect([config.client.build_file, config.client.build_destination_directory, notices]).toEqual([
      'rai_build',
      'userdata',
      [],
    ])
  }
})

test("students' programs are never root, whatever an old file says", async () => {
  const { config, notices } = await loadText('docker: {username: root}')
  expect(config.docker.username).toBe('65534:65534')
  expect(notices.join()).toContain("docker.username is not obeyed: students' programs never run as root.")
})
