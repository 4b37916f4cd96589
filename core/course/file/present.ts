type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the keys that have no value. */
export function present<T extends object>(given: T): Present<T>
export function present(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
