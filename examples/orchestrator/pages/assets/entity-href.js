/** Where the application shows the entities of the trail. */
const places = {
  Resource: 'resources',
  Template: 'templates',
  User: 'users',
  Execution: 'executions',
}

/** `null` for those that have no page. */
export function entityHref(entity, entityId) {
  const place = Object.hasOwn(places, entity) ? places[entity] : undefined
  return place && /^\d+$/.test(entityId) ? `/app/${place}/${entityId}` : null
}
