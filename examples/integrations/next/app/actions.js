'use server'

import { revalidatePath } from 'next/cache'
import { cookies, headers } from 'next/headers'
// An application writes: import { withAuditAction } from 'prisma-extension-audit/next'
import { withAuditAction } from '../../../../src/frameworks/next.ts'
import { auditOptions, userOf } from '../lib/audit.ts'
import { prisma } from '../lib/prisma.ts'

export async function signIn(form) {
  const store = await cookies()
  store.set('token', form.get('token'), { httpOnly: true, sameSite: 'lax' })
}

export const addNote = withAuditAction(auditOptions, async (form) => {
  await refuseStrangers()
  await prisma.note.create({ data: { text: String(form.get('text')) } })
  revalidatePath('/')
})

export const finishNote = withAuditAction(auditOptions, async (form) => {
  await refuseStrangers()
  const where = { id: Number(form.get('id')) }
  await prisma.note.update({ where, data: { isDone: true } })
  revalidatePath('/')
})

/** Anybody can send what a form sends, whether or not the page shows it. */
async function refuseStrangers() {
  if (!userOf(await headers())) throw new Error('Sign in.')
}
