/** Times in the zone of the browser. */
const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
for (const time of document.querySelectorAll('time')) {
  time.textContent = format.format(new Date(time.dateTime))
}
