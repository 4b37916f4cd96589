import { cancelCommand } from './cancel.ts'
import type { Command } from './command.ts'
import { compareCommand } from './compare.ts'
import { createHelp } from './help.ts'
import { historyCommand } from './history.ts'
import { keyCommand } from './key.ts'
import { keygenCommand } from './keygen.ts'
import { limitsCommand } from './limits.ts'
import { linkCommand } from './link.ts'
import { logCommand } from './log.ts'
import { loginCommand, logoutCommand } from './login.ts'
import { queueCommand } from './queue.ts'
import { rankingCommand } from './ranking.ts'
import { rerunCommand } from './rerun.ts'
import { retryCommand } from './retry.ts'
import { staffCommand } from './staff.ts'
import { statusCommand } from './status.ts'
import { submitCommand } from './submit.ts'
import { releaseCommand, takeCommand } from './take.ts'
import { teamCommand } from './team.ts'
import { whoamiCommand } from './whoami.ts'

const worded: readonly Command[] = [
  submitCommand,
  statusCommand,
  queueCommand,
  logCommand,
  linkCommand,
  cancelCommand,
  rerunCommand,
  historyCommand,
  compareCommand,
  rankingCommand,
  limitsCommand,
  teamCommand,
  whoamiCommand,
  keyCommand,
  loginCommand,
  logoutCommand,
  keygenCommand,
  takeCommand,
  releaseCommand,
  retryCommand,
  staffCommand,
]

/** Every command there is, in the order that help shows. */
export const commands: readonly Command[] = [...worded, createHelp(worded)]

export const commandNames: readonly string[] = commands.map(({ name }) => name)
