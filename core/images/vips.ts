// Loads sharp once, with settings that suit a desktop program that decodes other people's files.
import sharp from 'sharp'

// No cache: evidence is decoded once, and pixels of one case must not linger in memory for the next.
sharp.cache(false)
// One thread per decode: callers run several decodes at a time, and two cores are common.
sharp.concurrency(1)
// Loaders that nothing here asks for are closed, so that no hostile file reaches them.
sharp.block({
  operation: [
    'VipsForeignLoadSvg',
    'VipsForeignLoadPdf',
    'VipsForeignLoadMagick',
    'VipsForeignLoadHeif',
    'VipsForeignLoadVips',
    'VipsForeignLoadOpenslide',
    'VipsForeignLoadJp2k',
    'VipsForeignLoadJxl',
  ],
})

export { sharp }
