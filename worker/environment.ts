import type { Records } from '../core/records/records.ts'
import type { Submission } from '../core/records/submission.ts'

export interface EnvironmentOptions {
  /** `docker.env`: the course's own variables, which win over ours. */
  readonly extra: Readonly<Record<string, string>>
  readonly version: string
  /** Docker's name of this machine's architecture. */
  readonly architecture: string
}

/** What the commands see: the original's names, which build files in the wild rely on. */
export async function environmentFor(
  { records, environment }: { readonly records: Pick<Records, 'people'>; readonly environment: EnvironmentOptions },
  submission: Submission,
): Promise<Record<string, string>> {
  const account = await records.people.byId(submission.account)
  return environmentOf(submission, account?.username ?? submission.account, environment)
}

function environmentOf(
  submission: Submission,
  username: string,
  { extra, version, architecture }: EnvironmentOptions,
): Record<string, string> {
  return {
    CI: 'rai',
    RAI: version,
    RAI_ARCH: architecture,
    RAI_USER: username,
    RAI_SUBMISSION: submission.id,
    RAI_SOURCE_DIR: '/src',
    RAI_DATA_DIR: '/data',
    RAI_BUILD_DIR: '/build',
    SOURCE_DIR: '/src',
    DATA_DIR: '/data',
    BUILD_DIR: '/build',
    IMAGE_NAME: submission.staged?.job.image ?? '',
    TERM: 'xterm',
    SHELL: '/bin/sh',
    PATH: '/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LD_LIBRARY_PATH: '/usr/local/nvidia/lib:/usr/local/nvidia/lib64',
    ...extra,
  }
}
