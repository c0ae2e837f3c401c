/** How texts are cut into words for the search: the index and the questions have to say it alike. */

/**
 * Characters of scripts that put no spaces between words (Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese), as a class of Postgres'
 * regular expressions. Each of them is a word by itself, and what is searched for is found as a phrase of such words.
 */
const unspaced =
  '[\\u0e00-\\u0fff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\U00020000-\\U0003ffff]'

/** SQL that puts spaces around those characters in `text`. Of a text that is longer than any message the beginning counts: a vector has a greatest size. */
export function spacedSql(text: string): string {
  return `regexp_replace(left(${text}, 65536), '(${unspaced})', ' \\1 ', 'g')`
}

/** SQL of the words of a text: no language's grammar, lower case where the database's locale knows it. */
export function wordsSql(text: string): string {
  return `to_tsvector('simple', ${spacedSql(text)})`
}
