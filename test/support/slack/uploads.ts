/** A file between `files.getUploadURLExternal` and `files.completeUploadExternal`. */
export interface Upload {
  readonly name: string
  readonly length: number
  readonly bytes: Buffer | undefined
}
