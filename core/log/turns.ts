/** Lets calls of one name run one after the other, in the order they came; calls of different names do not wait. */
export interface Turns {
  take<Result>(name: string, act: () => Promise<Result>): Promise<Result>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(name, act) {
      const turn = (last.get(name) ?? Promise.resolve()).then(act, act)
      last.set(name, turn)
      try {
        return await turn
      } finally {
        if (last.get(name) === turn) last.delete(name)
      }
    },
  }
}
