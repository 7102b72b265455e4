/** Language and theme: one press each, from every page. */
import { language, setLanguage } from '../i18n';
import { setTheme, theme } from '../theme';
import { common } from '../words';

export function LanguageThemeSwitch() {
  const other = language.value === 'en' ? 'zh-CN' : 'en';
  return (
    <span class="row">
      <button type="button" class="small plain" lang={other} onClick={() => setLanguage(other)}>
        {common.language}
      </button>
      <button
        type="button"
        class="small plain"
        title={common.themeSays}
        onClick={() => setTheme(theme.value === 'dark' ? 'light' : 'dark')}
      >
        {theme.value === 'dark' ? common.toLight : common.toDark}
      </button>
    </span>
  );
}
