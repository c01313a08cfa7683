// The plan of an enrolment: every image has a subject or a reason, and every line of a table is accounted for.
import { describe, expect, test } from 'vitest'
import { planEnrolment, type EnrolFiles } from './enrolPlan.ts'

const files = (images: string[], csv: string[] = []): EnrolFiles => ({
  name: '/photos',
  images: images.map((f) => ({ path: `/photos/${f}`, relativePath: f })),
  csv: csv.map((f) => ({ path: f, relativePath: f })),
  skipped: [],
  sourceOf: (image) => ({ kind: 'path', path: image.path }),
})
const reading = (text: string) => async () => new TextEncoder().encode(text)

describe('planEnrolment', () => {
  test('names subjects after their folders', async () => {
    const plan = await planEnrolment(files(['Anna/1.jpg', 'Anna/2.jpg', 'Bo/1.jpg']))
    expect(plan.rule).toBe('folder')
    expect(plan.items.map((i) => i.subject)).toEqual(['Anna', 'Anna', 'Bo'])
  })

  test('takes names from a table and accounts for both sides', async () => {
    const plan = await planEnrolment(files(['1.jpg', '2.jpg'], ['n.csv']), undefined, reading('1.jpg,Anna\n9.jpg,Zoe'))
    expect(plan.rule).toBe('csv')
    expect(plan.items.map((i) => [i.fileName, i.subject])).toEqual([['1.jpg', 'Anna']])
    expect(plan.leftOut.map((l) => [l.item.fileName, l.message])).toEqual([
      ['2.jpg', '"n.csv" has no line for this file; it was left out.'],
      ['9.jpg', '"n.csv" names this file, but it is not in the folder.'],
    ])
  })

  test('a file that a table gives to two subjects is left out until one is chosen', async () => {
    const plan = await planEnrolment(files(['1.jpg', '2.jpg'], ['n.csv']), 'csv', reading('1.jpg,A\n1.jpg,B\n2.jpg,C'))
    expect(plan.items.map((i) => i.subject)).toEqual(['C'])
    expect(plan.leftOut[0]!.message).toContain('to several subjects ("A", "B")')
  })

  test('of several tables the one that names most images counts', async () => {
    const plan = await planEnrolment(files(['1.jpg', '2.jpg'], ['a.csv', 'b.csv']), undefined, async (file) =>
      new TextEncoder().encode(file === 'a.csv' ? '1.jpg,Wrong' : '1.jpg,Anna\n2.jpg,Bo'),
    )
    expect(plan.items.map((i) => i.subject)).toEqual(['Anna', 'Bo'])
  })

  test.each([
    ['no images', files([]), undefined, '', /holds no images/],
    ['no table', files(['1.jpg']), 'csv', '', /holds no CSV file/],
    ['a table of other files', files(['1.jpg'], ['n.csv']), 'csv', 'x.jpg,A', /names none of the images/],
    ['a table without columns', files(['1.jpg'], ['n.csv']), 'csv', 'x', /no row with a file and a subject/],
  ] as const)('says what is wrong: %s', async (_, given, rule, csv, message) => {
    await expect(planEnrolment(given, rule, reading(csv))).rejects.toThrow(message)
  })

  test('an unusable table is passed over when names need not come from it', async () => {
    expect((await planEnrolment(files(['1.jpg'], ['n.csv']), undefined, reading('x'))).rule).toBe('file-name')
  })
})
