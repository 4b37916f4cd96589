/** Throws a `RangeError` for what is not a store key. Keys are made by us, so a bad one is a bug. */
export function assertKey(key: string): void {
  if (isKey(key)) return
  throw new RangeError(`not a store key: ${JSON.stringify(key.slice(0, 100))}`)
}

function isKey(key: string): boolean {
  if (!/^[A-Za-z0-9._/-]{1,512}$/.test(key) || key.includes('..')) return false
  return key.split('/').every((segment) => segment !== '' && segment !== '.')
}
