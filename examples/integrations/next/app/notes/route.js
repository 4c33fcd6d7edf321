import { api, json } from '../../lib/api.ts'
import { prisma } from '../../lib/prisma.ts'

export const POST = api(async (request) => {
  const { text } = await request.json()
  return json(await prisma.note.create({ data: { text: String(text) } }), 201)
})
