/** The action of entries which tell that somebody looked at the trail. They are no versions of what was looked at. */
export const VIEWING = 'audit.view'
