export interface UnusedKey {
  readonly section: string
  readonly key: string
  /** What RAI does instead, as a clause that ends the notice. */
  readonly instead: string
}

/** Keys that the original documented. A configuration that has them stays valid, and is told that they do nothing. */
export const unusedKeys: readonly UnusedKey[] = [
  { section: 'store', key: 'acl', instead: 'everything in the store is private, and links are signed and expire.' },
  { section: 'app', key: 'url', instead: 'the chat shows no page of the course.' },
  { section: 'app', key: 'description', instead: '`app.full_name` is what people read.' },
  { section: 'client', key: 'app_name', instead: '`app.name` names the installation.' },
  { section: 'client', key: 'name', instead: '`app.name` names the installation.' },
  { section: 'broker', key: 'serializer', instead: 'messages are always JSON.' },
  { section: 'broker', key: 'autoack', instead: 'a message is acknowledged only after its job is safe.' },
  {
    section: 'broker',
    key: 'concurrent_handlers',
    instead: '`server.number_of_workers` says how many jobs run at once.',
  },
  { section: 'client', key: 'job_time_limit', instead: '`docker.time_limit` bounds every job.' },
  {
    section: 'server',
    key: 'rlimit_file_soft',
    instead: '`docker.open_files` bounds the jobs, the service manager bounds RAI.',
  },
  {
    section: 'server',
    key: 'rlimit_file_hard',
    instead: '`docker.open_files` bounds the jobs, the service manager bounds RAI.',
  },
]
