import './entity.js'
import { saves, send } from './saving.js'

const form = document.querySelector('#user')
saves(form, async (data) => {
  await send('PATCH', `/users/${form.dataset.id}`, { role: data.get('role') })
  await document.querySelector('audit-activity').refresh()
})
