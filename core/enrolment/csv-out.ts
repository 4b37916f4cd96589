/** One row for a spreadsheet: every cell in quotes, and none that it would run. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** A spreadsheet computes what starts with one of these, also in quotes, and also behind a space. */
const formula = /^\s*[=+\-@\t\r|%]/

function csvCell(text: string): string {
  const inert = formula.test(text) ? `'${text}` : text
  return `"${inert.replaceAll('"', '""')}"`
}
