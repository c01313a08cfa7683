// The content security policy forbids code from strings: tells zod not to compile its schemas. Import it first.
import { config } from 'zod'

config({ jitless: true })
