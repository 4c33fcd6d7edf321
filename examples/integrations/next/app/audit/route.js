import { api, json } from '../../lib/api.ts'
import { prisma } from '../../lib/prisma.ts'

export const GET = api(async () => json(await prisma.$audit.entries()))
