import { expect, test } from 'vitest'
import { addressOf, noAddress, searchOf } from '../../src/ui/log/address.ts'

test('what an address says is read, and written again as it was', () => {
  const search =
    '?filter=entity%3AUser+-actor%3A%22a+b%22&order=actor&direction=asc&entry=e1&zone=utc'
  const address = addressOf(search)
  expect(address).toEqual({
    filter: 'entity:User -actor:"a b"',
    order: 'actor',
    direction: 'asc',
    entry: 'e1',
    zone: 'utc',
  })
  expect(searchOf(address)).toBe(search)
})

test('what it does not say, or says wrongly, is as it is at first', () => {
  expect(addressOf('')).toEqual(noAddress)
  expect(addressOf('?order=shoe&direction=up&entry=&zone=mars')).toEqual(noAddress)
  expect(searchOf(noAddress)).toBe('')
})

test('a filter that cannot be read is kept as it was written', () => {
  const filter = 'entity: "unclosed'
  expect(addressOf(searchOf({ ...noAddress, filter })).filter).toBe(filter)
})

test('parameters of the application around stay', () => {
  const search = searchOf({ ...noAddress, filter: 'a' }, '?page=3&filter=b&entry=e1')
  expect(new URLSearchParams(search).toString()).toBe('page=3&filter=a')
})
