#!/usr/bin/env node
import { processIo } from './commands/io.ts'
import { runProgram } from './program.ts'

// The name administrators of RAI know for `rai keygen`.
await runProgram(processIo(), ['keygen', ...process.argv.slice(2)])
