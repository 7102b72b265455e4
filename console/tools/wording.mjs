// The service's sentences, split by language, so that a page loads only what its reader reads.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { sentences, words, word_args } = JSON.parse(readFileSync(`${root}/.build/texts.json`, 'utf8'));
const pick = (all, language) => Object.fromEntries(Object.entries(all).map(([code, said]) => [code, said[language]]));
const joiners = { 'zh-CN': '、', en: ', ' };
for (const [language, joiner] of Object.entries(joiners)) {
  const wording = { sentences: pick(sentences, language), words: pick(words, language), word_args, joiner };
  writeFileSync(`${root}/src/shared/api/wording.${language}.json`, JSON.stringify(wording));
}
