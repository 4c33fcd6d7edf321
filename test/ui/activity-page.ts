import '../../src/ui/activity-element.ts'
import type { AuditActivity } from '../../src/ui/activity-element.ts'

/** What a test says in the address: the attributes of the element. */
const element = document.createElement('audit-activity') as AuditActivity
for (const [name, value] of new URLSearchParams(location.search)) element.setAttribute(name, value)
document.querySelector('main')?.append(element)
