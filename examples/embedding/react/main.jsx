import { AuditActivity } from 'prisma-extension-audit/react'
import { useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'

function NotePage({ id }) {
  const [note, setNote] = useState(null)
  const [opened, setOpened] = useState(null)
  const activity = useRef(null)

  useEffect(() => {
    fetch(`/notes/${id}`).then(async (response) => response.ok && setNote(await response.json()))
  }, [id])

  const save = async (isDone) => {
    const response = await fetch(`/notes/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ isDone }),
    })
    if (!response.ok) return
    setNote(await response.json())
    await activity.current?.refresh()
  }

  return (
    <>
      <h1>Note {id}</h1>
      {note && (
        <p>
          <label>
            <input
              type="checkbox"
              checked={note.isDone}
              onChange={(event) => save(event.target.checked)}
            />{' '}
            {note.text}
          </label>
        </p>
      )}
      <AuditActivity
        ref={activity}
        entity="Note"
        entityId={id}
        entityHref={(entity, entityId) => `/react/?${entity}=${encodeURIComponent(entityId)}`}
        onOpen={setOpened}
      />
      <p>{opened ? `Entry ${opened} is shown.` : 'No entry is shown.'}</p>
    </>
  )
}

createRoot(document.querySelector('#app')).render(<NotePage id={1} />)
