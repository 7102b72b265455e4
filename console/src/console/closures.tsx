/** Roads that are shut: drawn by hand, by their name, or around a place; and opened again. Routes follow within a second. */
import { useSignal } from '@preact/signals';
import { send, type Schemas } from '../shared/api';
import { serverNow } from '../shared/clock';
import { Button, Countdown, Dialog, Field, KeyHint, toast } from '../shared/components';
import { list } from '../shared/store';
import type { LonLat } from '../shared/map';
import { ReasonField } from './dialogs';
import { drawArea, map, pickPlace } from './picking';
import { t } from './texts';
import { ask, asking, done } from './work';

type Body = Schemas['CloseRoads'];
type Form = 'polygon' | 'road' | 'place';

interface Typed {
  form: Form;
  ring: LonLat[] | null;
  at: LonLat | null;
  road: string;
  radius: number;
  reason: string;
  minutes: number;
}

const EMPTY: Typed = { form: 'polygon', ring: null, at: null, road: '', radius: 200, reason: '', minutes: 120 };
/** Kept while the dialog is away for the map. */
let typed: Typed = EMPTY;

export function ClosuresDialog() {
  return asking.value?.what === 'closures' ? <Closures /> : null;
}

/** Draw first, then say why: what the key and the command line do. */
export async function drawClosure(): Promise<void> {
  const ring = await drawArea();
  if (ring === null) return;
  typed = { ...typed, form: 'polygon', ring };
  ask({ what: 'closures' });
}

function Closures() {
  const form = useSignal(typed);
  const put = (change: Partial<Typed>): void => {
    typed = form.value = { ...form.peek(), ...change };
  };
  const away = async <T,>(asked: () => Promise<T>, take: (found: T) => void): Promise<void> => {
    done();
    take(await asked());
    ask({ what: 'closures' });
  };
  const now = form.value;
  const ready = now.form === 'polygon' ? now.ring !== null : now.form === 'place' ? now.at !== null : now.road.trim() !== '';
  const give = async (): Promise<void> => {
    if (!ready) return;
    const body = { reason: now.reason.trim(), ...(now.minutes > 0 && { until: new Date(serverNow() + now.minutes * 60_000).toISOString() }) };
    if (now.form === 'polygon') await closeRoads({ ...body, form: 'polygon', ring: now.ring!.map(([lon, lat]) => [lon, lat]), datum: 'wgs84' });
    else if (now.form === 'road') await closeRoads({ ...body, form: 'road', road: now.road.trim() });
    else await closeRoads({ ...body, form: 'place', lon: now.at![0], lat: now.at![1], datum: 'wgs84', radius_m: now.radius });
    typed = EMPTY;
    done();
  };
  const found = (list('closures').value.value ?? []).filter((one) => one.ended_at === null);
  return (
    <Dialog open title={t.closures} submit={t.closeRoads} onClose={done} onSubmit={give}>
      <ul class="column" aria-label={t.closuresNow}>
        {found.length === 0 && <li class="quiet">{t.noClosures}</li>}
        {found.map((one) => (
          <li key={one.id} class="row">
            <span class="grow">
              <b>{one.road || t[`form-${one.form as Form}`]}</b> {one.reason}{' '}
              {one.until && <Countdown to={one.until} label={t.until} />} <span class="quiet">{t.pieces(one.arcs)}</span>
            </span>
            <Button size="small" onPress={() => openRoads(one.id)}>{t.openRoads}</Button>
          </li>
        ))}
      </ul>
      <fieldset class="row">
        <legend>{t.newClosure}</legend>
        {(['polygon', 'road', 'place'] as const).map((one) => (
          <label key={one} class="check">
            <input type="radio" name="form" checked={now.form === one} onChange={() => put({ form: one })} /> {t[`form-${one}`]}
          </label>
        ))}
      </fieldset>
      {now.form === 'polygon' && (
        <div class="row">
          <button type="button" onClick={() => void away(drawArea, (ring) => ring && (typed = { ...typed, ring }))}>{now.ring ? t.drawAgain : t.draw}</button>
          <span class="quiet">{now.ring ? t.drawn(now.ring.length) : t.notDrawn}</span>
        </div>
      )}
      {now.form === 'road' && (
        <Field label={t.roadName} hint={t.roadNameSays} required>
          {(joined) => <input {...joined} required maxLength={120} value={now.road} onInput={(event) => put({ road: event.currentTarget.value })} />}
        </Field>
      )}
      {now.form === 'place' && (
        <div class="row ends">
          <button type="button" onClick={() => void away(() => pickPlace(t.pickClosure), (at) => at && (typed = { ...typed, at }))}>{t.pickOnMap}</button>
          <span class="quiet">{now.at ? `${now.at[0].toFixed(5)}, ${now.at[1].toFixed(5)}` : t.notPicked}</span>
          <Field label={t.radius}>
            {(joined) => <input {...joined} type="number" min={10} max={20_000} value={now.radius} onInput={(event) => put({ radius: Number(event.currentTarget.value) })} />}
          </Field>
        </div>
      )}
      <ReasonField value={{ get value() { return now.reason; }, set value(reason: string) { put({ reason }); } }} label={t.reason} suggestions={[t.closureFlood, t.closureLandslide, t.closureCrash, t.closureWorks]} />
      <Field label={t.until}>
        {(joined) => (
          <select {...joined} value={now.minutes} onChange={(event) => put({ minutes: Number(event.currentTarget.value) })}>
            {[30, 60, 120, 360, 1440, 0].map((one) => <option key={one} value={one}>{one === 0 ? t.untilEnded : t.minutes(one)}</option>)}
          </select>
        )}
      </Field>
    </Dialog>
  );
}

export async function closeRoads(body: Body): Promise<void> {
  const made = await send('/api/v1/closures', { body });
  const closures = list('closures');
  closures.set([made, ...(closures.value.peek() ?? []).filter((one) => one.id !== made.id)]);
  map.look.value = { around: cornersOf(made) };
  toast(t.closed(made.arcs), { action: { label: t.openRoads, run: () => void openRoads(made.id).catch(() => undefined) } });
}

export async function openRoads(closure_id: string): Promise<void> {
  const ended = await send('/api/v1/closures/{closure_id}/end', { path: { closure_id }, body: {} });
  const closures = list('closures');
  closures.set((closures.value.peek() ?? []).map((one) => (one.id === ended.id ? ended : one)));
  toast(t.opened);
}

/** All points of what is shut. */
export function cornersOf(one: Schemas['ClosureView']): LonLat[] {
  if (one.outline.type === 'Point') return [one.outline.coordinates];
  return one.outline.coordinates.flat();
}

export function ClosuresButton() {
  const count = (list('closures').value.value ?? []).filter((one) => one.in_force).length;
  return <button type="button" class="small plain" onClick={() => ask({ what: 'closures' })}>{t.closuresCount(count)} <KeyHint keys="F8" /></button>;
}
