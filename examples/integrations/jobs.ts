/**
 * Jobs: what a worker changes belongs to the trace of whoever added the job, and tells who that was.
 *
 * The worker is a process of its own. Between the two is the smallest queue there is, in the place of
 * BullMQ and its Redis: a job is sent as JSON, and one that fails is tried again.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
// An application writes: import { auditJob, traced } from 'prisma-extension-audit/jobs'
import { auditJob, traced } from '../../src/frameworks/jobs.ts'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../src/index.ts'
import { openDatabase, openExisting } from './database.ts'

interface Job {
  readonly id: string
  readonly name: string
  readonly data: { readonly noteId: number }
  readonly attemptsMade: number
}

const databaseOfWorker = process.argv[2]
if (databaseOfWorker) work(databaseOfWorker)
else await addJobs()

function work(url: string): void {
  const prisma = openExisting(url)
  const processor = auditJob(
    prisma,
    async ({ data, attemptsMade }: Job) => {
      if (attemptsMade === 0) throw new Error('The printer is out of paper')
      await prisma.note.update({ where: { id: data.noteId }, data: { isDone: true } })
    },
    { actor: { type: 'service', id: 'printer' }, onInvalidTrace: (error) => console.warn(error) },
  )
  // What BullMQ does: new Worker('print', processor)
  process.on('message', async (job: Job) => {
    const isDone = await processor(job).then(
      () => true,
      () => false,
    )
    process.send?.({ ...job, isDone })
  })
  process.once('disconnect', () => prisma.$disconnect())
}

async function addJobs(): Promise<void> {
  const { prisma, url, close } = await openDatabase()
  const queue = openQueue(url)
  const note = await prisma.note.create({ data: { text: 'Write it down' } })

  // As in a request of Ada.
  const traceId = await withAudit({ actor: { id: '1', name: 'Ada Lovelace' } }, () =>
    prisma.$audit.run('publish', { entity: 'Note', entityId: note.id }, ({ traceId }) => {
      queue.add('print', traced({ noteId: note.id }))
      return traceId
    }),
  )
  await queue.done()

  const { entries } = await prisma.$audit.trace(traceId)
  console.log(`Trace ${traceId}`)
  for (const { actorName, action, entity, entityId, outcome, tags } of entries) {
    console.log(`  ${actorName} ${action} ${entity} ${entityId} ${outcome} ${JSON.stringify(tags)}`)
  }
  await close()
}

function openQueue(url: string) {
  const worker = fork(fileURLToPath(import.meta.url), [url])
  let added = 0
  let open = 0
  worker.on('message', ({ isDone, ...job }: Job & { isDone: boolean }) => {
    if (!isDone && job.attemptsMade < 2) worker.send({ ...job, attemptsMade: job.attemptsMade + 1 })
    else if (--open === 0) worker.disconnect()
  })
  return {
    add(name: string, data: Job['data']): void {
      open++
      worker.send({ id: String(++added), name, data, attemptsMade: 0 } satisfies Job)
    },
    /** Resolves when the worker has ended, after the last job. */
    done: () => once(worker, 'exit'),
  }
}
