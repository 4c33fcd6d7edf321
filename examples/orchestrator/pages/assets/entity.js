/** The tab of an entity. */
import { defaults } from '/audit/ui/activity.js'
import { entityHref } from './entity-href.js'
import './times.js'

defaults.entityHref = entityHref

// What was reverted is another state than the page shows.
document.addEventListener('audit-changed', () => location.reload())
