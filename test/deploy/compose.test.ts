import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { knownKeys } from '../../core/config/known-keys.ts'

const read = (name: string) => readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.literal('..'), dockerfile: z.string(), target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  networks: z.array(z.string()),
  restart: z.literal('unless-stopped'),
  hostname: z.string().optional(),
})
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
})

const compose = composeSchema.parse(parse(await read('compose.yaml'), { merge: true }))
const services = Object.entries(compose.services)

test('compose runs bot, worker, sweeper and their servers', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['bot', 'cadvisor', 'postgres', 'redis', 'sweeper', 'worker'])
})

test('every service has either an image with a version or a stage of the Dockerfile', async () => {
  const dockerfile = await read('Dockerfile')
  for (const [name, { image, build }] of services) {
    if (build === undefined) expect(image, name).toMatch(/:v?\d/)
    else expect(dockerfile, name).toContain(` AS ${build.target}\n`)
  }
})

test('volumes and networks that are named exist, and ports open on loopback only', () => {
  for (const [name, { volumes = [], networks, ports = [] }] of services) {
    for (const source of volumes.map((volume) => volume.split(':')[0] ?? ''))
      if (/^\w/.test(source)) expect(Object.keys(compose.volumes), name).toContain(source)
    for (const network of networks) expect(Object.keys(compose.networks), name).toContain(network)
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/)
  }
})

test('variables of RAI are keys of its configuration, and secrets come from outside', () => {
  const keys = knownKeys.map(({ section, key }) => `RAI_${section}_${key}`.toUpperCase())
  for (const [name, { environment = {} }] of services) {
    for (const [variable, value] of Object.entries(environment)) {
      if (variable.startsWith('RAI_') && variable !== 'RAI_SECRET') expect(keys, name).toContain(variable)
      if (/SECRET|PASSWORD/.test(variable)) expect(value, name).toMatch(/^\$\{[A-Z_]+:\?\}$/)
    }
  }
})

test('whatever opens the installation has its configuration and its course files', () => {
  for (const name of ['bot', 'worker', 'sweeper']) {
    for (const file of ['rai.yml', 'courses'])
      expect(compose.services[name]?.volumes).toContain(`./${file}:/etc/rai/${file}:ro`)
    expect(compose.services[name]?.working_dir).toBe('/etc/rai')
  }
})

test('the worker and its sweeper have one host name, or neither would know what is theirs', () => {
  const { worker, sweeper } = compose.services
  expect(worker?.hostname).toBeDefined()
  expect(sweeper?.hostname).toBe(worker?.hostname)
})

test('Redis keeps nothing, is bounded, and has its password from its environment', () => {
  const command = compose.services.redis?.command?.join(' ')
  for (const setting of ['save ""', 'appendonly no', 'maxmemory 512mb', 'maxmemory-policy noeviction'])
    expect(command).toContain(`'${setting}'`)
  expect(command).toContain('"requirepass $$REDIS_PASSWORD"')
})
