// Hands bytes to the person as a file: the browser or the window asks where it goes.

/** How long the bytes are kept for a person who takes time to choose a place, in ms. */
const KEPT = 120_000

export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT)
}
