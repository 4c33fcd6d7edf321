import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AuditActivity } from '../../src/ui/react.ts'
// Elements that are there already get properties of React 19, and no attributes.
import '../../src/ui/activity-element.ts'

const root = createRoot(document.querySelector('main') as HTMLElement)
root.render(createElement(AuditActivity, { entity: 'Live', entityId: 1, live: true }))
