/** Where Docker's own programs would look. */
export function dockerHostOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.DOCKER_HOST || 'unix:///var/run/docker.sock'
}
