import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { execa } from 'execa'
import type { WantedPackage } from '../../../bin/machine/packages.ts'
import { awsClientOptions } from '../../../core/aws/client-options.ts'
import { type Child, freePort, startChild, waitUntil } from './children.ts'
import { cephConfiguration } from './radosgw-configuration.ts'

export interface S3Access {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** ARN of a role that this key may take on, and which may do everything with S3. */
  readonly role: string
}

export interface S3Service {
  /** Plain data. */
  readonly access: S3Access
  createBucket(name: string): Promise<void>
  stop(): Promise<void>
}

export const radosgwPackages: readonly WantedPackage[] = ['ceph-mon', 'ceph-osd', 'radosgw'].map((name) => ({
  package: name,
  provides: name,
  why: 'test the store on a real S3 and STS',
}))

/** A whole Ceph on loopback, in memory: one monitor, one disk, one gateway. A day of its lifecycle rules is 2 s. */
export async function startRadosgw(triesLeft = 2): Promise<S3Service> {
  const folder = mkdtempSync(join(tmpdir(), 'rai-ceph-'))
  const children: Child[] = []
  const stop = async () => {
    await Promise.all(children.map((child) => child.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const access = await startAll(folder, children)
    return { access, stop, createBucket: (name) => createTestBucket(access, name) }
  } catch (error) {
    await stop()
    // Now and then its parts do not find each other.
    if (triesLeft === 0) throw error
    return await startRadosgw(triesLeft - 1)
  }
}

/** The same from a process that only knows the address. */
export async function createTestBucket(access: S3Access, name: string): Promise<void> {
  const client = new S3Client({ ...awsClientOptions(access), forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: name }))
  client.destroy()
}

async function startAll(folder: string, children: Child[]): Promise<S3Access> {
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()]
  const configuration = join(folder, 'ceph.conf')
  const [fsid, disk] = [randomUUID(), randomUUID()]
  for (const part of ['mon', 'osd', 'rgw']) mkdirSync(join(folder, part))
  writeFileSync(configuration, cephConfiguration({ folder, fsid, monitorPort, gatewayPort }))
  const run = (command: string, ...words: string[]) =>
    execa(command, ['-c', configuration, ...words], { timeout: 30_000 })
  const start = (command: string, ...words: string[]) => {
    children.push(startChild(command, ['-c', configuration, '-f', ...words]))
  }

  const map = join(folder, 'monmap')
  await execa('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', `[v1:127.0.0.1:${monitorPort}]`, map])
  await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', '/dev/null')
  start('ceph-mon', '-i', 'a')
  await run('ceph', '--connect-timeout', '20', 'osd', 'new', disk)
  await run('ceph', 'osd', 'crush', 'add', '0', '1.0', 'root=default', 'host=localhost')
  await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk)
  start('ceph-osd', '-i', '0')
  const keys = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') }
  await run('radosgw-admin', 'user', 'create', '--uid=rai', '--display-name=rai', ...keyWords(keys))
  const role = await createRole(run)
  // Last: it and radosgw-admin would both set the zone up, and hang now and then.
  start('radosgw', '-n', 'client.rgw.a')
  const endpoint = `http://127.0.0.1:${gatewayPort}`
  await waitForAll(children, endpoint)
  return { endpoint, region: 'us-east-1', ...keys, role }
}

function keyWords({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }): string[] {
  return [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`]
}

type Run = (command: string, ...words: string[]) => Promise<unknown>

async function createRole(run: Run): Promise<string> {
  const trust = allow({ Principal: { AWS: ['arn:aws:iam:::user/rai'] }, Action: ['sts:AssumeRole'] })
  const rights = allow({ Action: ['s3:*'], Resource: ['*'] })
  await run('radosgw-admin', 'role', 'create', '--role-name=rai-store', `--assume-role-policy-doc=${trust}`)
  const policy = ['--policy-name=all', `--policy-doc=${rights}`]
  await run('radosgw-admin', 'role-policy', 'put', '--role-name=rai-store', ...policy)
  return 'arn:aws:iam:::role/rai-store'
}

function allow(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
}

async function waitForAll(children: readonly Child[], endpoint: string): Promise<void> {
  const gateway = children.at(-1)
  if (gateway === undefined) throw new Error('nothing was started')
  await waitUntil(gateway, async () => (await fetch(endpoint)).ok, 30_000)
}
