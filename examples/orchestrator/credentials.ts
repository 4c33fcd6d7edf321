/**
 * Passwords of users and tokens of service accounts; only what cannot be turned back is stored.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, 32)
  return `${salt.toString('base64url')}.${hash.toString('base64url')}`
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split('.')
  const given = await derive(password, Buffer.from(salt, 'base64url'), 32)
  return timingSafeEqual(given, Buffer.from(hash, 'base64url'))
}

export function newToken(): string {
  return `orc_${randomBytes(24).toString('base64url')}`
}

/** A random token needs no salt, and without one it can be looked up. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
