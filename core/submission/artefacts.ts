/**
 * Where a submission's things are in the store. The names are the original's; what a run leaves carries the attempt,
 * so that two attempts never write the same key. Readers use only the keys that were committed with the verdict.
 */
export interface Artefacts {
  /** The staged source: `userdata/<id>.tar.gz`. */
  source(submission: string): string
  /** What `/build` held: `userdata/build-<id>-<attempt>.tar.gz`. */
  build(submission: string, attempt: number): string
  log(submission: string, attempt: number): string
  report(submission: string, attempt: number): string
}

/** @param prefix `client.upload_destination_directory`, without slashes around it. */
export function createArtefacts(prefix: string): Artefacts {
  return {
    source: (submission) => `${prefix}/${submission}.tar.gz`,
    build: (submission, attempt) => `${prefix}/build-${submission}-${attempt}.tar.gz`,
    log: (submission, attempt) => `${prefix}/log-${submission}-${attempt}.txt`,
    report: (submission, attempt) => `${prefix}/result-${submission}-${attempt}.json`,
  }
}
