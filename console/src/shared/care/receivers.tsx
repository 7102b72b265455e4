/** This house's own system that is told by webhooks: shown when it cannot be reached, with what was given up. */
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { clear, raise } from '../alarm';
import { read, send, type Schemas } from '../api';
import { Button } from '../components';
import { clockTime } from '../i18n';
import { resource } from '../resource';
import { may } from '../session';
import { sayOr } from '../wording';
import { silenceText as t } from './texts/silence';

type Receiver = Schemas['WebhookView'];
const EVERY_MS = 20_000;
const ALARM = 'receiver';

const known = signal<readonly Receiver[]>([]);

const fails = (one: Receiver): boolean => (one.enabled ? one.failing !== null || one.dead > 0 : one.disabled_because === 'gone');
const down = (one: Receiver): boolean => (one.enabled ? one.failing !== null : one.disabled_because === 'gone');

/** Follow this house's receivers while the page is open; whoever may not manage them is not shown any. */
function follow(): () => void {
  if (!may('webhook.manage')) return () => undefined;
  const found = resource(async () => (await read('/api/v1/webhooks')).webhooks, { everyMs: EVERY_MS });
  const stops = [
    effect(() => void (known.value = found.value.value ?? [])),
    effect(() => {
      if (known.value.some(down)) raise({ id: ALARM, cause: ALARM, level: 2, says: () => t.receiverAlarm });
      else clear(ALARM);
    }),
  ];
  again = () => found.refresh();
  return () => {
    stops.forEach((stop) => stop());
    found.stop();
    clear(ALARM);
  };
}

let again: () => Promise<void> = async () => undefined;

async function sendDead({ id }: Receiver): Promise<void> {
  const { deliveries } = await read('/api/v1/webhooks/{webhook_id}/deliveries', { path: { webhook_id: id }, query: { state: 'dead', limit: 200 } });
  for (const one of [...deliveries].reverse()) {
    await send('/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry', { path: { webhook_id: id, delivery_id: one.id } });
  }
  await again();
}

async function switchOn({ id }: Receiver): Promise<void> {
  await send('/api/v1/webhooks/{webhook_id}/enable', { path: { webhook_id: id } });
  await again();
}

function One({ one }: { one: Receiver }) {
  const why = one.failing?.failure ?? null;
  return (
    <li class="column care-unplaced" data-down={down(one)}>
      <b><span aria-hidden="true">⚠ </span>{t.receiver}{one.description && ` · ${one.description}`}</b>
      {one.enabled && one.failing !== null && <p>{t.receiverDown(clockTime(one.failing.at), why === null ? '' : sayOr(why))}</p>}
      {!one.enabled && <p>{t.receiverOff(one.disabled_because === 'gone' ? t.gone : t.asked)}</p>}
      <p class="row">
        {one.dead > 0 && <span>{t.receiverLost(one.dead)}</span>}
        {one.waiting > 0 && <span class="quiet">{t.receiverWaits(one.waiting)}</span>}
        {one.enabled && one.dead > 0 && <Button size="small" onPress={() => sendDead(one)}>{t.sendAgain}</Button>}
        {!one.enabled && <Button size="small" onPress={() => switchOn(one)}>{t.switchOn}</Button>}
      </p>
    </li>
  );
}

export function Receivers() {
  useEffect(follow, []);
  const shown = known.value.filter(fails);
  if (shown.length === 0) return null;
  return (
    <section aria-label={t.reception}>
      <ul class="column">{shown.map((one) => <One key={one.id} one={one} />)}</ul>
    </section>
  );
}
