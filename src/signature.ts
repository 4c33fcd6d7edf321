import { createHash, createHmac } from 'node:crypto'

/** HMAC-SHA-256 (RFC 2104) of a text, 64 hex characters. */
export function signatureOf(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

/** A key as RFC 2104 pads it for SHA-256, in hex: all that it takes to make the HMAC of it elsewhere. */
export function padsOf(key: string): { readonly inner: string; readonly outer: string } {
  const blockSize = 64
  const bytes = Buffer.from(key)
  const short = bytes.length > blockSize ? createHash('sha256').update(bytes).digest() : bytes
  const pad = (byte: number) => {
    const block = Buffer.alloc(blockSize)
    short.copy(block)
    return block.map((value) => value ^ byte)
  }
  const hex = (block: Uint8Array) => Buffer.from(block).toString('hex')
  return { inner: hex(pad(0x36)), outer: hex(pad(0x5c)) }
}
