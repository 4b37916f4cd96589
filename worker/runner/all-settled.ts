/**
 * Like `Promise.all`, but nothing is still at work when it rejects, so that what was made can be removed. Rejects with
 * the first failure in the order given.
 */
export async function allSettled<T extends readonly unknown[]>(
  work: {
    readonly [Index in keyof T]: Promise<T[Index]>
  },
): Promise<T> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
