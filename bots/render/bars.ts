/** Numbers as bars of text, for where no picture can be shown. */

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const widest = 24

/** A bar whose length is a number's share of the largest one. */
function bar(value: number, largest: number, width = widest): string {
  if (!(largest > 0) || !(value > 0)) return ''
  const units = Math.max(1, Math.round((Math.min(value, largest) / largest) * width * 8))
  return `${'█'.repeat(Math.floor(units / 8))}${eighths[units % 8] ?? ''}`
}

export interface BarLine {
  readonly label: string
  readonly value: number
  readonly shown: string
}

/** One line for each number: label, bar, number. */
export function barChart(lines: readonly BarLine[]): string[] {
  const labels = Math.max(0, ...lines.map(({ label }) => label.length))
  const largest = Math.max(0, ...lines.map(({ value }) => value))
  const numbers = Math.max(0, ...lines.map(({ shown }) => shown.length))
  return lines.map(
    ({ label, value, shown }) =>
      `${label.padEnd(labels)}  ${bar(value, largest).padEnd(widest)}  ${shown.padStart(numbers)}`,
  )
}
