// What networks with a fourth input channel are told about a face.

/** log2(native side / 112), the same everywhere in the channel. @param nativeSide in pixels */
export const toldSize = (nativeSide: number): number => Math.log2(nativeSide / 112)
