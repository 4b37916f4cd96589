/**
 * `Content-Disposition` that saves a download under `filename`, whatever that contains (RFC 6266): a plain form for old
 * clients, the exact one encoded.
 */
export function contentDisposition(filename: string): string {
  // Through bytes, because half of a surrogate pair cannot be encoded.
  const name = Buffer.from(filename.slice(0, 200)).toString()
  const plain = name.replace(/[^A-Za-z0-9._ -]/g, '_')
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
