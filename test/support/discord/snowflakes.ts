const discordEpoch = 1_420_070_400_000

/** Makes ids as Discord does: they sort by time and tell it. */
export const createSnowflakes = (now: () => number): (() => string) => {
  let last = 0n
  return () => {
    const earliest = BigInt(Math.floor(now()) - discordEpoch) << 22n
    last = earliest > last ? earliest : last + 1n
    return String(last)
  }
}

/** The smallest id of a time in milliseconds since the epoch. */
export const snowflakeAt = (time: number): bigint => BigInt(Math.floor(time) - discordEpoch) << 22n
