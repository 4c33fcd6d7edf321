/**
 * Small PNG files: the browser writes 24 bits a pixel, and fast rather than small. A page needs few colours, so
 * that the 256 most frequent ones show no difference.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** The same picture with a palette; for pictures of 8 bits a channel, as browsers take them. */
export function smaller(png: Buffer): Buffer {
  const chunks = chunksOf(png)
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13)
  const size = { width: header.readUInt32BE(0), height: header.readUInt32BE(4) }
  const channels = header[9] === 6 ? 4 : 3
  const data = chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data)
  const pixels = unfiltered(inflateSync(Buffer.concat(data)), size, channels)
  const { palette, indexes } = indexed(pixels, channels)
  const rows = Buffer.alloc((size.width + 1) * size.height)
  for (let y = 0; y < size.height; y++) {
    indexes.copy(rows, y * (size.width + 1) + 1, y * size.width, (y + 1) * size.width)
  }
  const head = Buffer.from(header)
  // A palette.
  head[9] = 3
  const written = [
    { type: 'IHDR', data: head },
    { type: 'PLTE', data: palette },
    { type: 'IDAT', data: deflateSync(rows, { level: 9, memLevel: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ]
  const answer = Buffer.concat([png.subarray(0, 8), ...written.map(chunkOf)])
  return answer.length < png.length ? answer : png
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

/** Length, type, data, checksum. */
function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

function chunkOf({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/** Takes back the filters of rows: PNG, third edition, chapter 9. */
function unfiltered(
  rows: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
  channels: number,
): Buffer {
  const line = width * channels
  const pixels = Buffer.alloc(line * height)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (line + 1)] ?? 0
    for (let x = 0; x < line; x++) {
      const at = y * line + x
      const left = x >= channels ? (pixels[at - channels] ?? 0) : 0
      const above = y > 0 ? (pixels[at - line] ?? 0) : 0
      const corner = x >= channels && y > 0 ? (pixels[at - line - channels] ?? 0) : 0
      const added = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0
      pixels[at] = (rows[y * (line + 1) + 1 + x] ?? 0) + added
    }
  }
  return pixels
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}

function indexed(pixels: Buffer, channels: number): { palette: Buffer; indexes: Buffer } {
  const count = pixels.length / channels
  const colour = (i: number) => pixels.readUIntBE(i * channels, 3)
  const counts = new Map<number, number>()
  for (let i = 0; i < count; i++) counts.set(colour(i), (counts.get(colour(i)) ?? 0) + 1)
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, 256)
  const colours = frequent.map(([value]) => value)
  const nearest = new Map(
    [...counts.keys()].map((value) => [value, indexOfNearest(colours, value)]),
  )
  const palette = Buffer.alloc(colours.length * 3)
  for (const [i, value] of colours.entries()) palette.writeUIntBE(value, i * 3, 3)
  const indexes = Buffer.alloc(count)
  for (let i = 0; i < count; i++) indexes[i] = nearest.get(colour(i)) ?? 0
  return { palette, indexes }
}

function indexOfNearest(colours: readonly number[], value: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [i, each] of colours.entries()) {
    const distance = [16, 8, 0].reduce(
      (sum, shift) => sum + (((each >> shift) & 255) - ((value >> shift) & 255)) ** 2,
      0,
    )
    if (distance < least) [best, least] = [i, distance]
  }
  return best
}
