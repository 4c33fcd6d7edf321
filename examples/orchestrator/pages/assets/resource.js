/** Starts executions of a resource and follows them, and saves its configuration. */
import './entity.js'
import { saves, send } from './saving.js'

const history = document.querySelector('audit-activity')
const { id, status: statusAtFirst } = document.querySelector('#resource').dataset
const status = document.querySelector('#status')
const told = document.querySelector('#execution')
const buttons = [...document.querySelectorAll('[data-action]')]
const tones = {
  active: 'good',
  destroyed: 'bad',
  maintenance: 'waiting',
  provisioning: 'busy',
  restarting: 'busy',
  destroying: 'busy',
}

for (const button of buttons) {
  button.addEventListener('click', () => start(button.dataset.action))
}
enablePossible(statusAtFirst)

async function start(action) {
  told.textContent = ''
  try {
    const headers = { Prefer: 'respond-async' }
    const execution = await send('POST', `/resources/${id}/executions`, { action }, headers)
    told.textContent = `${action} is running. Its log comes in below, in the tab Logs.`
    await history.refresh()
    await until(execution)
    await history.refresh()
  } catch (error) {
    told.textContent = error.message
  }
  await showResource()
}

/** Looks until the execution has ended. */
async function until({ id: executionId, action }) {
  for (;;) {
    await showResource()
    const execution = await read(`/executions/${executionId}`)
    if (execution.status !== 'running') {
      told.textContent = `${action} has ${execution.status}.`
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function showResource() {
  const resource = await read(`/resources/${id}`)
  const badge = document.createElement('span')
  badge.className = `badge ${tones[resource.status] ?? 'calm'}`
  badge.textContent = resource.status
  status.replaceChildren(badge)
  enablePossible(resource.status)
}

function enablePossible(status) {
  for (const button of buttons) {
    button.disabled = !button.dataset.from.split(' ').includes(status)
  }
}

async function read(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } })
  if (!response.ok) throw new Error('It is not there any more.')
  return response.json()
}

const form = document.querySelector('#config')
saves(form, async (data) => {
  const fields = [...form.querySelectorAll('input')]
  const values = fields.map(({ name, type, readOnly }) => {
    const text = String(data.get(name))
    if (readOnly) return [name, JSON.parse(text)]
    return [name, type === 'number' && text !== '' ? Number(text) : text]
  })
  const config = Object.fromEntries(values.filter(([, value]) => value !== ''))
  await send('PATCH', `/resources/${id}`, { config })
  await history.refresh()
})
