import { api, json } from '../../../lib/api.ts'
import { prisma } from '../../../lib/prisma.ts'

export const PATCH = api(async (request, { params }) => {
  const { id } = await params
  const { isDone } = await request.json()
  const data = { isDone: Boolean(isDone) }
  return json(await prisma.note.update({ where: { id: Number(id) }, data }))
})
