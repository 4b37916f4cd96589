import type Docker from 'dockerode'
import { busyboxImage, courseImage, ensureBusyboxImage } from '../../bin/machine/images.ts'
import type { Say } from '../../bin/machine/packages.ts'

/** A shell and a hundred commands in 2 MB: what nearly every test runs. */
export const testImage = busyboxImage.name

/** With gcc and make: what the sample projects run in. */
export const compilerImage = courseImage.name

export async function ensureTestImages(docker: Docker, say: Say): Promise<void> {
  await ensureBusyboxImage(docker, say)
}
