'use server'

import { redirect } from 'next/navigation'
import { withAuditAction } from '../../../../../src/frameworks/next.ts'
import { options, shared } from '../../shared.js'

export const save = withAuditAction(options, async (form) => {
  await shared().write(form.get('title'))
  redirect('/form?saved')
})
