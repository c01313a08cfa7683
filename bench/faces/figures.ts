// Shares with their standard errors, as tables show them.

/** `62.5 ± 5.4`: per cent and the binomial standard error sqrt(p (1 - p) / n), in points. */
export function share(count: number, n: number): string {
  const p = count / n
  return `${(100 * p).toFixed(1)} ± ${(100 * Math.sqrt((p * (1 - p)) / n)).toFixed(1)}`
}

export const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`
export const head = (...cells: string[]): string => `${row(...cells)}\n${row(...cells.map(() => '---'))}`
