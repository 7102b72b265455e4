/** What is around the run: who, live or not, what waits; everything big enough for gloves. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { mmss, now } from '../shared/clock';
import { ConnectionMark, DemoMark, LanguageThemeSwitch, Toasts } from '../shared/components';
import { clockTime, named, shortTime } from '../shared/i18n';
import { muted, open, unmute } from '../shared/alarm';
import { lineState, lostSince, retryNow } from '../shared/live';
import { ageOf, placeOf, positionsTick } from '../shared/positions';
import { atSeat } from '../shared/seat';
import { me, signOut } from '../shared/session';
import { common } from '../shared/words';
import { awake, offered, takeVersion } from './begin';
import { OutboxList } from './outbox-list';
import { lasting, settled, waiting } from './outbox';
import { Sheet } from './sheet';
import { t } from './texts';
import { known, run } from './work';

export function Frame({ children, foot }: { children: ComponentChildren; foot?: ComponentChildren }) {
  const menu = useSignal(false);
  const count = waiting.value.length;
  return (
    <>
      <header class="crew-header">
        <div class="grow">
          <h1>{run.value?.assignment.call_sign ?? me.value?.name}</h1>
          <div class="row tight">
            {me.value?.demo && <DemoMark />}
            <ConnectionMark />
            <time class="number" aria-live="off">{clockTime(now.value)}</time>
          </div>
        </div>
        <button type="button" class="menu" aria-haspopup="dialog" onClick={() => (menu.value = true)}>
          <span><span aria-hidden="true">☰</span> {t.menu}</span>
          {count > 0 && <span class="badge" data-waiting={count}>{t.waiting(count)}</span>}
        </button>
      </header>
      <section aria-label={common.alarms}><Banners /></section>
      <main id="main" class="crew-main" tabIndex={-1}>{children}</main>
      {foot !== undefined && <footer class="crew-foot">{foot}</footer>}
      <Sheet open={menu.value} title={t.menu} onClose={() => (menu.value = false)}>
        <Menu />
      </Sheet>
      <Toasts />
    </>
  );
}

function Banners() {
  const lost = lostSince.value;
  const refused = settled.value.length;
  return (
    <>
      {lineState.value === 'signed-out' && (
        <div class="banner alert" role="alert">
          <span class="grow">{common.signedOutSays}</span>
          <a class="button" href={atSeat('/')}>{common.signIn}</a>
        </div>
      )}
      {lost !== null && lineState.value !== 'signed-out' && (
        <div class="banner alert">
          <span class="sr" role="alert">{common.lost}</span>
          <span class="grow">
            ⚠ {common.lost} {mmss((performance.now() - lost) / 1000 + 0 * now.value)} · {lasting.value ? t.offlineSays : t.notLasting}
            {known.value.at > 0 && <> {t.knownAt(shortTime(known.value.at))}</>}
          </span>
        </div>
      )}
      {muted.value && open.value.length > 0 && (
        <button type="button" class="banner alert" onClick={unmute}>{t.soundOff}</button>
      )}
      {refused > 0 && <Troubles />}
      {offered.value && (
        <div class="banner note">
          <span class="grow">{t.version}</span>
          <button type="button" class="primary" onClick={takeVersion}>{t.takeVersion}</button>
        </div>
      )}
    </>
  );
}

function Troubles() {
  const shown = useSignal(false);
  return (
    <>
      <button type="button" class="banner warn" onClick={() => (shown.value = true)}>⚠ {t.troubles(settled.value.length)}</button>
      <Sheet open={shown.value} title={t.outbox} onClose={() => (shown.value = false)}>
        <OutboxList />
      </Sheet>
    </>
  );
}

function Menu() {
  const who = me.value;
  const unit = who?.unit_id;
  const place = positionsTick.value >= 0 && unit ? placeOf(unit) : undefined;
  return (
    <div class="column wide">
      {who && <p>{who.name} · {named(who.organisation)}</p>}
      <OutboxList />
      <div class="switches"><LanguageThemeSwitch /></div>
      <p class="quiet">
        {t.positionsSay} {place === undefined ? t.noPosition : t.positionAge(mmss(now.value > 0 ? ageOf(place) : 0))}
      </p>
      {!awake.value && <p class="quiet">{t.wakeOff}</p>}
      <p class="quiet">{t.appSays}</p>
      {lostSince.value !== null && <button type="button" onClick={retryNow}>{common.retry}</button>}
      <a class="button" href={atSeat('/')}>{common.seats}</a>
      <button type="button" disabled={waiting.value.length > 0} onClick={() => void signOut()}>{common.signOut}</button>
    </div>
  );
}
