// How much fine detail a face region holds for its contrast.
import { moments, type Luma } from './luma.ts'

/**
 * Variance of the 4-neighbour Laplacian over the variance of the luma: 0 for a flat region, about 0.01 for a blurred
 * one, 20 for white noise. Dividing by the contrast makes it the same for a dim and a bright copy; noise counts as
 * detail, so it compares frames of one source and says little about two. null for regions under 3 x 3 px.
 * Source: Pech-Pacheco et al., ICPR 2000 (variance of Laplacian), normalised as described.
 */
export function sharpness({ width, height, data }: Luma): number | null {
  if (width < 3 || height < 3) return null
  const laplacian = new Float32Array((width - 2) * (height - 2))
  for (let y = 1, to = 0; y < height - 1; y++)
    for (let x = 1, p = y * width + 1; x < width - 1; x++, p++)
      laplacian[to++] = data[p - 1]! + data[p + 1]! + data[p - width]! + data[p + width]! - 4 * data[p]!
  const contrast = moments(data).variance
  // Below half a grey level there is nothing but rounding.
  return contrast < 0.25 ? 0 : moments(laplacian).variance / contrast
}
