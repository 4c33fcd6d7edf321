/** The whole trail, on a page of the application. */
import { defaults } from '/audit/ui/elements.js'
import { entityHref } from './entity-href.js'

defaults.entityHref = entityHref
