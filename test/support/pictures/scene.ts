/** A part of a page with a line above it. */
export interface Panel {
  readonly title: string
  readonly html: string
}

export interface Scene {
  readonly name: string
  readonly panels: readonly Panel[]
}

const escapeTitle = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A page that needs nothing but itself. */
export const drawPage = (panels: readonly Panel[], style: string): string => {
  const body = panels.map(({ title, html }) => `<section><h1>${escapeTitle(title)}</h1>${html}</section>`).join('')
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><main>${body}</main>`
}
