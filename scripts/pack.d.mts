// Types of pack.mjs for the tests.
import type { Configuration } from 'app-builder-lib'
export function builderConfiguration(file?: string): Promise<Configuration>
