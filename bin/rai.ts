#!/usr/bin/env node
import { processIo } from './commands/io.ts'
import { readFailpoints } from './failpoints.ts'
import { runProgram } from './program.ts'

readFailpoints(process.env)
await runProgram(processIo(), process.argv.slice(2))
