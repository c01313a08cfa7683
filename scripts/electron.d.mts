// Types of electron.mjs for the tests.
export function electronBinary(): string | undefined
export function electronBinaryOrFetch(): Promise<string | undefined>
