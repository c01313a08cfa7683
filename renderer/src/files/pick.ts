// The system's file dialog, asked for from an action.

/** @returns the chosen files; none where the dialog was cancelled. */
export function pickFiles(options: { multiple?: boolean; folder?: boolean; accept?: string }): Promise<File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = options.multiple ?? false
  input.webkitdirectory = options.folder ?? false
  if (options.accept) input.accept = options.accept
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
