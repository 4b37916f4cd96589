import { z } from 'zod'
import { list, variables } from '../collections.ts'
import { choice, flag, optionalText, secret, text } from '../fields.ts'
import { decimal, duration, seconds, size, whole } from '../measures.ts'
import { queueName } from '../queue-name.ts'
import { formed, optionalFormed, optionalPath } from '../texts.ts'

const queueWeight = /^[^=]{1,80}=(?:[1-9]\d{0,3}(?:\.\d{1,3})?|0\.\d{1,3})$/

export const server = z.object({
  name: text('Name of this worker in the records.', '{host}'),
  number_of_workers: whole('Jobs that run at the same time.', 1, { min: 1, max: 1_000 }),
  queues: list('Queues the worker takes jobs from.', ['{name}_{arch}'], (queue) =>
    queueName.pattern.test(queue) ? undefined : `"${queue}" is no queue; a name is ${queueName.type}`,
  ),
  queue_weights: list(
    'Shares of this worker by queue, such as `rai_amd64=3`. A queue that is not named has 1.',
    [],
    (entry) =>
      queueWeight.test(entry) ? undefined : `"${entry}" is no share; write queue=number, such as rai_amd64=3`,
  ),
  exclusive_queues: list(
    'Queues whose jobs have a host for themselves, for honest timings: all workers of a host need the same list.',
    [],
    (queue) => (queueName.pattern.test(queue) ? undefined : `"${queue}" is no queue; a name is ${queueName.type}`),
  ),
  nvidia_smi: text('The program that finds GPUs. Empty: none are offered.', 'nvidia-smi'),
  lease_seconds: seconds(
    'How long a process that fell silent keeps its work, such as a job, before another may take it.',
    '60s',
  ),
  max_attempts: whole('Tries at a job that fails through our own fault.', 3, { min: 1, max: 20 }),
  shutdown_deadline: duration('How long a worker that is told to stop may finish its jobs.', '10m'),
  sweep_interval: duration('How often what dead processes left behind is looked for.', '30s'),
  metrics_port: whole("Port of the worker's `/metrics` and `/healthz`. 0 serves neither.", 0, { min: 0, max: 65_535 }),
  metrics_host: text('Address of that port. There is no password before it, so keep it on loopback.', '127.0.0.1'),
  disk_clean: size("Below this much free room on one of the worker's disks, it cleans up.", '5gb'),
  disk_stop: size('Below this much free room after cleaning up, the worker claims no more.', '1gb'),
})

export const docker = z.object({
  runner: choice(
    '`bubblewrap` isolates less and has no images: for trying RAI out only.',
    ['docker', 'bubblewrap'],
    'docker',
  ),
  host: optionalText(
    'Docker engine, such as `unix:///var/run/docker.sock` or `tcp://host:2376`. Without it, the usual socket.',
  ),
  cert_path: optionalPath('Folder with `ca.pem`, `cert.pem` and `key.pem` for an engine over TCP.'),
  runtime: optionalText("OCI runtime, such as `runsc`. Without it, the engine's default."),
  gpu_access: choice(
    'How GPUs get into containers: by the `engine` (NVIDIA container toolkit), or as device nodes and a `volume` with the driver.',
    ['engine', 'volume'],
    'engine',
  ),
  cuda_volume: optionalPath("With `gpu_access: volume`: folder of this host with the driver's `lib64` and `lib`."),
  network: optionalText(
    'Network that runs may join where the course allows it: made with `docker network create --internal`.',
  ),
  pin_cpus: flag('Whether each run gets cores of its own, as long as there are enough.', false),
  image: text('Image of a build file that names none.', 'rai/course:local'),
  pull: choice('Whether an image that is not on this host is fetched.', ['missing', 'never'], 'missing'),
  pull_limit: duration('Time to fetch an image, and to publish one.', '10m'),
  allowed_images: list(
    'Images a build file may name besides `image`: globs over `name:tag`, or digests; `**` is all. Empty: only `image`.',
    [],
    (pattern) =>
      /^\S{1,255}$/.test(pattern) ? undefined : 'an image, or a glob such as nvidia/cuda:12.*, has no blanks',
  ),
  pinned_images: list('Images fetched when a worker starts and never removed, besides `image`.', []),
  image_budget: size(
    'Disk that images fetched or built by RAI may use; the least recently used go first. Others stay untouched.',
    '40gb',
  ),
  build_images: flag(
    'Whether `commands.build_image` builds an image. Its steps run as root in containers of their own.',
    false,
  ),
  image_build_time: duration('Time to build an image.', '15m'),
  image_build_memory: size('Memory of each step of an image build. No swap besides.', '4gb'),
  image_build_cpus: decimal('CPUs of an image build.', 2, { min: 0.01, max: 1_024 }),
  image_build_limit: size('What all steps of an image build may write.', '8gb'),
  image_build_network: flag('Whether image builds reach the network, and so whatever this host reaches.', false),
  registry: optionalFormed('Registry that built images are published to, such as `registry.example.edu/rai`.', {
    type: 'a registry such as registry.example.edu:5000 or ghcr.io/course, without https:// and without a password',
    pattern: /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
  }),
  registry_username: optionalText('User at `registry`, also for images that are fetched from it.'),
  registry_password: secret('Password or token of that user. Only the worker needs it.'),
  build_space: choice(
    'How `/build` is bounded: a `disk` file for each job (needs root), or `memory`. `auto` takes the first that works.',
    ['auto', 'disk', 'memory'],
    'auto',
  ),
  username: formed('User the commands run as, `uid:gid`. Never root.', '65534:65534', {
    type: 'two numbers above 0 such as 65534:65534',
    pattern: /^[1-9]\d{0,8}:[1-9]\d{0,8}$/,
  }),
  env: variables('Environment variables for every job.'),
  time_limit: duration('Wall time of all commands of a job.', '1h'),
  grace: duration('Time between asking a program to end and ending it.', '10s'),
  memory_limit: size('Memory of a job, `/tmp` and `/dev/shm` included. No swap besides.', '16gb'),
  cpu_limit: decimal('CPUs of a job.', 2, { min: 0.01, max: 1_024 }),
  pid_limit: whole('Processes and threads of a job.', 512, { min: 16, max: 4_194_304 }),
  build_limit: size('What `/build` can hold.', '2gb'),
  tmp_limit: size('What `/tmp` can hold.', '512mb'),
  shm_limit: size('What `/dev/shm` can hold.', '64mb'),
  file_size_limit: size('Largest file a program can write.', '1gb'),
  open_files: whole('Files a program can hold open.', 1_024, { min: 16, max: 1_048_576 }),
  output_limit: size('What the commands of a job may print. More ends the job.', '64mb'),
  keep_going: flag('Run the next command after one failed.', false),
})
