// Entry of the vestige command: runs it and ends the process with its exit code.
import { main } from './program.ts'

process.exitCode = await main(process.argv.slice(2))
