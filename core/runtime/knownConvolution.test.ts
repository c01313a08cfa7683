// The stored answer is right: exact integer arithmetic gives the same sums, and the CPU gives them without any error.
import { expect, it } from 'vitest'
import { knownInput, knownModel, knownPositions, maxErrorOf } from './knownConvolution.ts'
import { expectedSums } from './knownSums.ts'
import { openSession } from './session.ts'

it('is what whole-number arithmetic gives', () => {
  const x = (c: number, row: number, column: number) =>
    row < 0 || column < 0 || row > 23 || column > 23 ? 0 : ((((c * 24 + row) * 24 + column) * 7919) % 201) - 100
  const w = (row: number, column: number, c: number, f: number) =>
    (((((row * 3 + column) * 8 + c) * 16 + f) * 104_729) % 127) - 63
  const sums = knownPositions().map((at) => {
    const [f, row, column] = [Math.floor(at / 576), Math.floor(at / 24) % 24, at % 24]
    let sum = 0
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) for (let c = 0; c < 8; c++) sum += x(c, row + i - 1, column + j - 1) * w(i, j, c, f)
    return sum / (64 * 128)
  })
  expect(expectedSums).toEqual(sums)
  expect(new Set(sums).size).toBeGreaterThan(50)
})

it('is computed by the CPU without error, and a wrong input is noticed', async () => {
  const session = await openSession(knownModel(), { threads: 1 })
  expect(await maxErrorOf(session)).toBe(0)
  const broken = {
    ...session,
    run: (feeds: Parameters<typeof session.run>[0]) => {
      const data = knownInput().data.map((v, i) => (i % 100 ? v : NaN))
      return session.run({ ...feeds, input: { ...knownInput(), data } })
    },
  }
  expect(await maxErrorOf(broken)).toBe(Infinity)
  await session.release()
})
