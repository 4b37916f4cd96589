#!/usr/bin/env node
import { processIo } from './commands/io.ts'
import { runProgram } from './program.ts'

// The name administrators of RAI know for `rai crypto`.
await runProgram(processIo(), ['crypto', ...process.argv.slice(2)])
