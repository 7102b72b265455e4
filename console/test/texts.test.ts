/** Every text exists in both languages and says something in each. */
import { expect, test } from 'vitest';
import { catalogues, LANGUAGES, setLanguage, texts } from '../src/shared/i18n';

// The catalogues of all pages, wherever they stand.
const modules = import.meta.glob(['../src/**/texts.ts', '../src/**/texts/*.ts', '../src/shared/words.ts', '../src/shared/kinds.ts'], { eager: true });

test('all catalogues are found', () => {
  expect(Object.keys(modules).length).toBeGreaterThan(8);
  expect(catalogues.length).toBeGreaterThanOrEqual(Object.keys(modules).length);
});

test('the same names in both languages, none empty', () => {
  for (const both of catalogues) {
    const [zh, en] = LANGUAGES.map((language) => Object.keys(both[language]).sort());
    expect(en).toEqual(zh);
    for (const language of LANGUAGES) {
      for (const [name, text] of Object.entries(both[language])) {
        expect(typeof text === 'string' ? text.trim() : text, `${language} ${name}`).not.toBe('');
      }
    }
  }
});

test('a text follows the language', () => {
  const t = texts({ 'zh-CN': { hello: '你好', many: (n: number) => `${n} 个` }, en: { hello: 'hello', many: (n: number) => `${n} of them` } });
  setLanguage('zh-CN');
  expect([t.hello, t.many(2)]).toEqual(['你好', '2 个']);
  setLanguage('en');
  expect([t.hello, t.many(2)]).toEqual(['hello', '2 of them']);
  setLanguage('zh-CN');
});
