import { createElement } from 'react'
import { save } from './actions.js'

export default function Form() {
  return createElement('form', { action: save }, createElement('input', { name: 'title' }))
}
