import Docker from 'dockerode'
import { expect, test } from 'vitest'
import { dockerClient } from '../../../bin/machine/engine-probe.ts'
import { busyboxImage, ensureBusyboxImage, ensureImage } from '../../../bin/machine/images.ts'
import { compilerImage, testImage } from '../../support/images.ts'
import { service } from '../../support/service.ts'

const docker = dockerClient(service('docker').host)

async function run(image: string, script: string): Promise<number> {
  const container = await docker.createContainer({ Image: image, Cmd: ['sh', '-c', script], NetworkDisabled: true })
  try {
    await container.start()
    return (await container.wait()).StatusCode
  } finally {
    await container.remove({ force: true })
  }
}

test('the test image has a shell, commands and a /tmp for everybody', async () => {
  const script = 'touch /tmp/x && test -k /tmp && echo a b | awk "{ exit \\$2 == \\"b\\" ? 7 : 1 }"'
  expect(await run(testImage, script)).toBe(7)
})

test('the course image compiles, links and runs a C program with make', async () => {
  const program = '#include <math.h>\\nint main(int c, char **v) { (void)v; return (int)sqrt(c * 49.0); }\\n'
  const script = `cd /build && printf '${program}' > p.c && make p CFLAGS='-Wall -O2' LDLIBS=-lm && ./p`
  expect(await run(compilerImage, script)).toBe(7)
})

test('an image that is there is made only once, and anew for a new version', async () => {
  const said: string[] = []
  await ensureBusyboxImage(docker, (line) => said.push(line))
  expect(said).toEqual([])

  const name = `rai-test/version-${process.pid}:latest`
  const first = { ...busyboxImage, name, title: 'first' }
  try {
    await ensureImage(docker, first, (line) => said.push(line))
    await ensureImage(docker, first, (line) => said.push(line))
    expect(said.filter((line) => line.includes('Making first'))).toHaveLength(1)
    await ensureImage(docker, { ...first, version: 'next', title: 'second' }, (line) => said.push(line))
    expect(said.filter((line) => line.includes('Making second'))).toHaveLength(1)
  } finally {
    await docker.getImage(name).remove({ force: true })
  }
})

test('an engine that does not answer is said in one sentence', async () => {
  const nowhere = new Docker({ socketPath: '/nonexistent/docker.sock' })
  await expect(ensureBusyboxImage(nowhere)).rejects.toThrow(/^docker could not look for image rai-test\/busybox/)
})
