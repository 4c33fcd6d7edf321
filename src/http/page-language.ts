/** Those that the page is there in. */
export const pageLanguages = ['en', 'zh'] as const

export type PageLanguage = (typeof pageLanguages)[number]

/** In which language a browser is shown a page. */
export interface Shown {
  readonly language: PageLanguage
  /** The same as the page says it, with the region that dates are written by. */
  readonly tag: string
}

/**
 * The first language of `Accept-Language` that the page is there in, else English. Where that is not what the
 * browser likes best, it is English as in the region of that: browsers add `en-US` for everyone.
 */
export function languageFor(request: Request): Shown {
  const accepted = acceptedBy(request.headers.get('Accept-Language') ?? '')
  const [first] = accepted
  for (const locale of accepted) {
    const language = pageLanguages.find((language) => language === locale.language)
    if (!language) continue
    if (locale === first || language !== 'en') return { language, tag: locale.baseName }
    break
  }
  const region = first?.maximize().region
  return { language: 'en', tag: region ? `en-${region}` : 'en' }
}

/** Those that a browser names, the preferred ones first: RFC 9110, section 12.5.4. */
function acceptedBy(header: string): readonly Intl.Locale[] {
  return header
    .split(',', mostAccepted)
    .flatMap((part) => {
      const [tag = '', weight = ''] = part.split(';')
      const quality = Number(/^\s*q\s*=\s*([\d.]+)\s*$/i.exec(weight)?.[1] ?? 1)
      const locale = localeOf(tag.trim())
      return locale && quality > 0 ? [{ locale, quality }] : []
    })
    .sort((a, b) => b.quality - a.quality)
    .map(({ locale }) => locale)
}

/** No browser names as many. */
const mostAccepted = 20

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag)
  } catch {
    return undefined
  }
}
