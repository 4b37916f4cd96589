import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../../core/config/load.ts'
import { emptyFolders, loadText } from './folder.ts'

const name = '.rai_config.yml'

test('without a file everything has its default, below the home folder', async () => {
  const folders = await emptyFolders()
  const { config, notices, origins } = await loadConfig({ env: {}, ...folders })
  expect(config.docker).toMatchObject({ runner: 'docker', time_limit: 3_600_000, memory_limit: 16 * 1024 ** 3 })
  expect(config.database).toMatchObject({ provider: 'sqlite', path: join(folders.home, '.rai', 'rai.db') })
  expect(config.store.path).toBe(join(folders.home, '.rai', 'store'))
  expect([notices, origins.size]).toEqual([[], 0])
})

test('an empty file, and one of comments and empty sections, is as good as none', async () => {
  for (const text of ['', '# nothing\n', 'docker:\nstore: ~\napp: null\n', 'docker:\n  image:\n']) {
    const { config, origins } = await loadText(text)
    expect([config.docker.image, origins.size]).toEqual(['rai/course:local', 0])
  }
})

test('the home folder comes before the working folder, and says so', async () => {
  const { home, cwd } = await emptyFolders()
  await writeFile(join(cwd, name), 'app: {name: here}')
  expect((await loadConfig({ env: {}, home, cwd })).config.app.name).toBe('here')
  await writeFile(join(home, name), 'app: {name: home}')
  const { config, notices } = await loadConfig({ env: {}, home, cwd })
  expect(config.app.name).toBe('home')
  expect(notices).toEqual([
    `${join(cwd, name)} is not read, because ${join(home, name)} comes first; \`--config\` chooses.`,
  ])
})

test('--config wins over RAI_CONFIG_FILE, which wins over the folders', async () => {
  const { home, cwd } = await emptyFolders()
  await writeFile(join(home, name), 'app: {name: home}')
  await writeFile(join(cwd, 'variable.yml'), 'app: {name: variable}')
  await writeFile(join(cwd, 'option.yml'), 'app: {name: option}')
  const env = { RAI_CONFIG_FILE: 'variable.yml' }
  expect((await loadConfig({ env, home, cwd })).config.app.name).toBe('variable')
  expect((await loadConfig({ env, home, cwd, file: 'option.yml' })).config.app.name).toBe('option')
})

test('an environment variable overrides the file, an empty one does not', async () => {
  const env = {
    RAI_DOCKER_TIME_LIMIT: '5m',
    RAI_DOCKER_KEEP_GOING: 'yes',
    RAI_DOCKER_ENV: 'OMP_NUM_THREADS=4,A=b=c',
    RAI_PUBSUB_ENDPOINTS: 'a:1, b:2',
    RAI_SERVER_NUMBER_OF_WORKERS: '7',
    RAI_DOCKER_IMAGE: '',
  }
  const { config, origins } = await loadText('docker: {time_limit: 1h, image: course}', { env })
  expect(config.docker).toMatchObject({ time_limit: 300_000, keep_going: true, image: 'course' })
  expect(config.docker.env).toEqual({ OMP_NUM_THREADS: '4', A: 'b=c' })
  expect([config.pubsub.endpoints, config.server.number_of_workers]).toEqual([['a:1', 'b:2'], 7])
  expect(origins.get('docker.time_limit')).toEqual({ name: 'RAI_DOCKER_TIME_LIMIT' })
  expect(origins.get('docker.image')).toMatchObject({ line: 1 })
})

test('text stays as it was written, even where YAML would see a number or a truth value', async () => {
  const { config } = await loadText(
    'pubsub:\n  password: 0123\nauth:\n  client_secret: 1e3\ndatabase:\n  username: no\n',
  )
  expect([config.pubsub.password, config.auth.client_secret, config.database.username]).toEqual(['0123', '1e3', 'no'])
})

test('anchors and aliases work', async () => {
  const { config } = await loadText('app:\n  name: &it course\nstore:\n  bucket: *it\n')
  expect(config.store.bucket).toBe('course')
})

test('parts without an endpoint, region or bucket of their own take the common ones', async () => {
  const { config } = await loadText(
    'aws: {endpoint: "http://aws:1", region: eu-west-1}\nbroker: {provider: sqs, endpoint: "http://sqs:2"}\nstore: {provider: s3}\nclient: {upload_bucket: files.example.edu}\n',
  )
  expect(config.store).toMatchObject({ endpoint: 'http://aws:1', bucket: 'files.example.edu' })
  expect(config.broker).toMatchObject({ endpoint: 'http://sqs:2', region: 'eu-west-1' })
})

test('names and paths are filled in', async () => {
  const { config } = await loadText(
    'app: {name: ece408, data_dir: /srv/rai}\nserver: {queues: ["{name}_{arch}_exclusive"]}\n',
  )
  expect(config.server.queues[0]).toMatch(/^ece408_[a-z0-9]+_exclusive$/)
  expect(config.client.job_queue_name).toMatch(/^ece408_[a-z0-9]+$/)
  expect([config.pubsub.path, config.app.tempdir]).toEqual(['/srv/rai/log', '/srv/rai/tmp'])
})

test('keys in seconds give seconds', async () => {
  const { config } = await loadText('aws: {sts_role_duration_seconds: 15m}\nserver: {lease_seconds: 90}\n')
  expect([config.aws.sts_role_duration_seconds, config.server.lease_seconds]).toEqual([900, 90])
})

test('a file with secrets that others may read is told, one without is not', async () => {
  const { home, cwd } = await emptyFolders()
  const file = join(home, name)
  await writeFile(file, 'email:\n  mailgun_active_api_key: key-0123456789\n')
  await chmod(file, 0o644)
  const { notices } = await loadConfig({ env: {}, home, cwd })
  expect(notices).toEqual([
    `${file} can be read by other users and holds secrets (email.mailgun_active_api_key); \`chmod 600 ${file}\` ends that.`,
  ])
  await writeFile(file, 'email:\n  domain: example.edu\n')
  expect((await loadConfig({ env: {}, home, cwd })).notices).toEqual([])
})

test('a folder, a missing file that was asked for, and a large one are told in a sentence', async () => {
  const { home, cwd } = await emptyFolders()
  await mkdir(join(cwd, 'folder'))
  await writeFile(join(cwd, 'large.yml'), '#'.repeat(1024 * 1024 + 1))
  const load = (file: string) => loadConfig({ env: {}, home, cwd, file })
  await expect(load('folder')).rejects.toThrow('/folder: this is a folder; name the file inside it')
  await expect(load('absent.yml')).rejects.toThrow('/absent.yml: there is no such file; --config names it')
  await expect(load('large.yml')).rejects.toThrow('/large.yml: the file has 1048577 bytes; at most 1048576 are read')
})

/** Root may read everything, so that is not who reads here. */
async function withoutRights<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

test('a file this user may not read is told', async () => {
  const { home, cwd } = await emptyFolders()
  await writeFile(join(home, name), 'app: {}', { mode: 0o000 })
  for (const folder of [dirname(home), home]) await chmod(folder, 0o755)
  const load = () => loadConfig({ env: {}, home, cwd })
  await expect(withoutRights(load)).rejects.toThrow('this user may not read the file')
})
