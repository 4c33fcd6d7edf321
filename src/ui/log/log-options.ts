import { RootElement } from '../root-element.ts'

/** What an application says of its audit log, by attributes. */
export abstract class LogOptions extends RootElement {
  static override properties = {
    ...RootElement.properties,
    address: {},
    filter: {},
    headingLevel: { attribute: 'heading-level', type: Number },
    setsTitle: { attribute: 'sets-title', type: Boolean },
    noShortcuts: { attribute: 'no-shortcuts', type: Boolean },
  }
  /** Whether the address of the page has the filter, the order and the entry. @default 'query' */
  declare address: 'query' | 'none'
  /** What is shown at first, where the address of the page is left alone. @default all entries */
  declare filter: string | undefined
  /** Of its title: 1 to 3. @default 2 */
  declare headingLevel: number
  /** Whether the title of the document says what is shown. @default false */
  declare setsTitle: boolean
  /** Whether single keys do nothing. @default false */
  declare noShortcuts: boolean

  constructor() {
    super()
    this.address = 'query'
    this.headingLevel = 2
    this.setsTitle = false
    this.noShortcuts = false
  }
}
