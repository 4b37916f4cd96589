/** What images that RAI built carry. The engine adds it last, so that a Dockerfile cannot set another. */
export const labels = {
  /** Whose image it is: `rai/ece408/team-rocket`. */
  namespace: 'rai.image.namespace',
} as const
