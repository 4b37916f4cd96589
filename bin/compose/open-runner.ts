import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { deriveKey } from '../../core/secret/keyed-hash.ts'
import type { Images } from '../../worker/images/images.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import { chooseImages, chooseRunner } from './choose.ts'
import type { Deployment } from './deployment.ts'

/** Where runs have their spools and sandboxes their files. */
export function workerScratch({ config }: Pick<Deployment, 'config'>): string {
  return join(config.app.tempdir, 'worker')
}

/** The runner of this host, as configured. The caller closes it. */
export async function openRunner(deployment: Deployment, dockerHost: string): Promise<Runner> {
  const scratch = workerScratch(deployment)
  await mkdir(scratch, { recursive: true, mode: 0o711 })
  return chooseRunner(deployment.config, { scratch, dockerHost, owner: sandboxOwner(deployment) })
}

/** The images of this host's engine; `undefined` where the runner has none. */
export async function openImages(deployment: Deployment, dockerHost: string): Promise<Images | undefined> {
  return chooseImages(deployment.config, { scratch: workerScratch(deployment), dockerHost, log: deployment.log })
}

/** The same for all workers of an installation on a host, and for nobody else: who shares the app secret is one. */
function sandboxOwner({ host, secret }: Deployment): string {
  return `${host}/${deriveKey(secret, 'sandboxes').toString('hex').slice(0, 12)}`
}
