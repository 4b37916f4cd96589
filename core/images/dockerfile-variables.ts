/**
 * Replaces `$NAME` and `${NAME}`. `undefined` for a variable that has no value, and for anything that a shell would
 * read differently: quotes, backslashes, `${NAME:-…}`.
 */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const expanded = text.replaceAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (_all, braced, bare) => {
    const value = values.get(braced ?? bare)
    if (value === undefined) known = false
    return value ?? ''
  })
  return !known || expanded.includes('$') ? undefined : expanded
}
