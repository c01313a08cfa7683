// Which scaled-down recipes make up each printed table of the ablations, and what their rows are called.
export interface Group {
  readonly name: string
  readonly title: string
  /** Sizes of the probes that are printed. */
  readonly sizes: readonly number[]
  /** `reference`: the row that differences are taken to. */
  readonly rows: readonly { readonly file: string; readonly label: string; readonly reference?: boolean }[]
}

const c = (n: string, label: string) => ({ file: `c/small/${n}.json`, label })
export const GROUPS: readonly Group[] = [
  {
    name: 'a',
    title: 'WaveResNet (rows of Table A-I)',
    sizes: [14, 28, 56, 112],
    rows: ['plain', 'wavelet', 'wavelet + degradation', '… + KD', '… + KD + WaveSim'].map((label, i) => ({
      file: `a/small/table-a1-row-${i + 1}.json`,
      label,
      reference: i === 0,
    })),
  },
  {
    name: 'c',
    title: 'LRFR (rows of Table C-4, and L1 and L2 with MAug)',
    sizes: [7, 14, 20, 28, 112],
    rows: [
      c('table-c4-row-1', 'none (large faces alone)'),
      c('table-c4-row-2', '14 px only'),
      { ...c('table-c4-row-3', 'MAug'), reference: true },
      c('maug-l1', 'MAug + L1'),
      c('maug-l2', 'MAug + L2'),
      c('table-c4-row-7', 'MAug + LogExp 1'),
      c('table-c4-row-10', 'MAug + LogExp 2'),
    ],
  },
  {
    name: 'ratios',
    title: 'LRFR, weights of 7 : 14 : 20 px with LogExp 1 (rows of Table C-6)',
    sizes: [7, 14, 20, 28, 112],
    rows: [
      c('table-c6-row-3', '1:1:0'),
      c('table-c6-row-4', '0:1:1'),
      c('table-c6-row-5', '1:0:1'),
      c('table-c6-row-6', '1:1:1'),
      c('table-c6-row-7', '1:2:1'),
      c('table-c6-row-8', '2:1:1'),
      { ...c('table-c4-row-7', '1:1:2'), reference: true },
    ],
  },
]
