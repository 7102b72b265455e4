/** What is around every page: who sits here, whether it is live, alarms, language and theme. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { now } from '../clock';
import { clockTime, placed } from '../i18n';
import { atSeat } from '../seat';
import { me, signOut } from '../session';
import { common } from '../words';
import { AlarmBar, ConnectionBanner, ConnectionMark } from './banners';
import { DemoMark } from './signs';
import { LanguageThemeSwitch } from './switches';
import { Toasts } from './toast';

interface ShellProps {
  /** The name of the page, in the language of the moment. */
  title: string;
  /** `fixed`: the page fills the window and scrolls inside its panes. */
  density?: 'fixed' | 'flow';
  /** More for the header: counts, buttons. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Shell({ title, density = 'flow', tools, children }: ShellProps) {
  const who = me.value;
  useEffect(() => {
    document.title = `${title} · ${common.jiuhu}${who?.seat ? ` · ${who.seat}` : ''}`;
  });
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  return (
    <>
      <a class="skip button" href="#main">{common.skip}</a>
      <header class="shell-header">
        <a class="mark" href={atSeat('/')} title={common.seats}>{common.jiuhu}</a>
        <h1>{title}</h1>
        {who?.demo && <DemoMark />}
        {tools}
        <span class="grow" />
        <time class="number" aria-live="off">{clockTime(now.value)}</time>
        <ConnectionMark />
        {who && (
          <span class="who">
            {placed(who.name, who.organisation)}
          </span>
        )}
        <LanguageThemeSwitch />
        {who && (
          <button type="button" class="small plain" onClick={() => void signOut()}>{common.signOut}</button>
        )}
      </header>
      <section aria-label={common.alarms}>
        <ConnectionBanner />
        <AlarmBar />
      </section>
      <main id="main" class="shell-main" tabIndex={-1}>{children}</main>
      <Toasts />
    </>
  );
}
