import { headers } from 'next/headers'
import { userOf } from '../lib/audit.ts'
import { prisma } from '../lib/prisma.ts'
import { addNote, finishNote, signIn } from './actions.js'

export default async function Page() {
  const user = userOf(await headers())
  const notes = await prisma.note.findMany({ orderBy: { id: 'asc' } })
  const { entries } = await prisma.$audit.entries({ take: 20 })
  return (
    <main>
      <form action={signIn}>
        <p>You are {user?.name ?? 'nobody'}.</p>
        <button type="submit" name="token" value="ada-token">
          Sign in as Ada
        </button>
        <button type="submit" name="token" value="grace-token">
          Sign in as Grace
        </button>
      </form>
      <h1>Notes</h1>
      <ul>
        {notes.map(({ id, text, isDone }) => (
          <li key={id}>
            <form action={finishNote}>
              {text}{' '}
              {isDone ? (
                '(done)'
              ) : (
                <button type="submit" name="id" value={id}>
                  Done
                </button>
              )}
            </form>
          </li>
        ))}
      </ul>
      {user && (
        <form action={addNote}>
          <input name="text" required /> <button type="submit">Add</button>
        </form>
      )}
      <h1>Activity</h1>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            {entry.actorName ?? entry.actorType}: {entry.action} {entry.entity} {entry.entityId}
          </li>
        ))}
      </ul>
    </main>
  )
}
