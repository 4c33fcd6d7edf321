/** Requests to the API, whose refusals are told where they belong. */

export async function send(method, path, body, headers = {}) {
  const response = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error)
  return answer
}

/** Saves a form by the API, and says so. Until then its button is disabled: the browser would send it elsewhere. */
export function saves(form, save) {
  const told = form.querySelector('[role=status]')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    told.textContent = ''
    try {
      await save(new FormData(form))
      told.textContent = 'Saved. The change is in the history below.'
    } catch (error) {
      told.textContent = error.message
    }
  })
  const button = form.querySelector('button')
  if (button) button.disabled = false
}
