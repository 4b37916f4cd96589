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
  /** The staff's files of a grading phase, by the hash of their tree. Beside the sources: the same processes use both. */
  grading(treeHash: string): string
  gradingLog(submission: string, attempt: number): string
}

/** Folders of the store, without slashes around them. */
export interface ArtefactFolders {
  readonly source: string
  readonly results: string
}

export function createArtefacts({ source, results }: ArtefactFolders): Artefacts {
  return {
    source: (submission) => `${source}/${submission}.tar.gz`,
    build: (submission, attempt) => `${results}/build-${submission}-${attempt}.tar.gz`,
    log: (submission, attempt) => `${results}/log-${submission}-${attempt}.txt`,
    report: (submission, attempt) => `${results}/result-${submission}-${attempt}.json`,
    grading: (treeHash) => `${source}/grading-${treeHash}.tar.gz`,
    gradingLog: (submission, attempt) => `${results}/grading-${submission}-${attempt}.txt`,
  }
}
