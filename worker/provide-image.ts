import type { Readable } from 'node:stream'
import { Refusal } from '../core/errors.ts'
import type { AllowList } from '../core/images/allow-list.ts'
import { canonicalImage } from '../core/images/name.ts'
import { namespaceOf, privateNamespace } from '../core/images/owner.ts'
import type { JobSpec } from '../core/records/json.ts'
import type { Submission } from '../core/records/submission.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { HeldImage, Images } from './images/images.ts'
import type { Output } from './output.ts'

/** Where images come from, for a runner that has them. */
export interface ImageSupply {
  readonly images: Images
  /** Which images a course runs: what is built has to be built on one of them. */
  readonly allowed: (course: string) => AllowList
}

export interface ImageNeed {
  readonly submission: Submission
  readonly job: JobSpec
  readonly output: Output
  readonly source: () => Promise<Readable>
  readonly signal: AbortSignal
}

/** Fetches or builds what a run needs, and holds it. Its progress stands in the submission's log. */
export async function provideImage(supply: ImageSupply | undefined, need: ImageNeed): Promise<HeldImage> {
  const { submission, job, output, source, signal } = need
  const { image, buildImage } = job
  // A private image was found to be the owner's when this was staged; whoever repeats it may be somebody else.
  const namespace = privateNamespace(image) ?? namespaceOf(submission)
  if (buildImage === undefined) return await ensureImage(supply, image, { namespace, output, signal })
  if (supply === undefined) throw new Error('A run that builds its image came to a worker that has no images')
  const allowed = supply.allowed(submission.course)
  const check = (base: string) =>
    privateNamespace(base) === namespace ? (canonicalImage(base) ?? base) : allowed.check(base, submission)
  const build = { build: buildImage, namespace, source, check }
  return await supply.images.build(build, { report: reportOn(output), signal })
}

/** Fetches an image where the runner has any, and holds it. @param namespace whose private images it may be one of. */
export async function ensureImage(
  supply: ImageSupply | undefined,
  image: string,
  { namespace, output, signal }: Pick<ImageNeed, 'output' | 'signal'> & { readonly namespace: string },
): Promise<HeldImage> {
  if (supply === undefined) return { reference: image, release: () => undefined }
  return await supply.images.ensure(image, namespace, { report: reportOn(output), signal })
}

function reportOn(output: Output) {
  return {
    say: (line: string) => output.say(line),
    print: (bytes: Buffer) => output.write('stdout', bytes),
  }
}

const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['image-build-failed', 'failed'],
  ['image-build-timed-out', 'timed-out'],
  ['image-too-large', 'disk-limit'],
])

/** The verdict on a build that began and did not succeed: a result of the person's, with a log to read. */
export function verdictOfBuild(error: unknown): { readonly verdict: Verdict; readonly refusal: Refusal } | undefined {
  const verdict = error instanceof Refusal ? verdicts.get(error.code) : undefined
  return verdict === undefined || !(error instanceof Refusal) ? undefined : { verdict, refusal: error }
}
