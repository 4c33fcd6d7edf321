import { api, json } from '../../../../lib/api.ts'
import { prisma } from '../../../../lib/prisma.ts'

export const GET = api(async (_, { params }) => {
  const { id } = await params
  return json(await prisma.note.activity({ where: { id: Number(id) } }))
})
