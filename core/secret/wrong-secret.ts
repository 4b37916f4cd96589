/** An encrypted value cannot be read: another secret, or the value was cut or changed. Holds neither of them. */
export class WrongSecret extends Error {
  override readonly name = 'WrongSecret'
}
