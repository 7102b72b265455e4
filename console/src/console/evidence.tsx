/** Where the caller says, or a device says, that it is: evidence that is added by hand, and evidence in words. */
import { useSignal, type Signal } from '@preact/signals';
import { Field } from '../shared/components';
import { distance } from '../shared/i18n';
import { DATUMS, readPlace, type Datum } from './coordinates';
import { pickPlace } from './picking';
import type { Draft, Evidence } from './draft';
import { t } from './texts';

export function evidenceWords(one: Evidence): string {
  const by = t[`by-${one.source}`];
  if (one.kind === 'spoken-place') return `${by} “${one.words}”`;
  if (one.kind === 'plus-code') return `${by} ${one.code}`;
  if (one.kind === 'polygon') return `${by} ${t.anArea}`;
  if (one.kind === 'sector') return `${by} ${t.sector(distance(one.outer_m))}`;
  if (one.kind === 'ellipse') return `${by} ±${distance(one.semi_major_m)}`;
  return `${by} ${one.lon.toFixed(4)}, ${one.lat.toFixed(4)}${one.radius_m ? ` ±${distance(one.radius_m)}` : ''}`;
}

interface Part {
  draft: Signal<Draft>;
  put: (change: Partial<Draft>) => void;
  wrong: (field: string) => string | undefined;
}

export function EvidenceField({ draft, put, wrong }: Part) {
  const typed = useSignal('');
  const datum = useSignal<Datum>('gcj02');
  const list = draft.value.evidence;
  const add = (one: Evidence): void => put({ evidence: [...draft.peek().evidence, one] });
  const place = readPlace(typed.value);
  const give = (): void => {
    if (place === null) return;
    if ('code' in place) add({ kind: 'plus-code', source: 'shared-pin', code: place.code });
    else add({ kind: 'point', source: 'shared-pin', ...place, datum: datum.value });
    typed.value = '';
  };
  return (
    <div class="wide column">
      <div class="row ends">
        <Field label={t.coordinates} hint={t.coordinatesSay} wrong={wrong('evidence')} class="grow">
          {(joined) => (
            <input
              {...joined}
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
              onKeyDown={(event) => event.key === 'Enter' && !event.isComposing && !event.ctrlKey && (event.preventDefault(), give())}
            />
          )}
        </Field>
        <Field label={t.datum}>
          {(joined) => (
            <select {...joined} value={datum.value} onChange={(event) => (datum.value = event.currentTarget.value as Datum)}>
              {DATUMS.map((one) => <option key={one} value={one}>{t[one]}</option>)}
            </select>
          )}
        </Field>
      </div>
      <div class="row">
        <button type="button" class="small" disabled={place === null} onClick={give}>{t.addEvidence}</button>
        <button
          type="button"
          class="small"
          onClick={() => void pickPlace(t.pickEvidence).then((at) => at && add({ kind: 'point', source: 'dispatcher', lon: at[0], lat: at[1], datum: 'wgs84', radius_m: 50 }))}
        >
          {t.pickOnMap}
        </button>
      </div>
      {list.length > 0 && (
        <ul class="column">
          {list.map((one, index) => (
            <li key={index} class="row">
              <span class="grow">{evidenceWords(one)}</span>
              <button type="button" class="small plain" aria-label={t.removeEvidence} onClick={() => put({ evidence: list.filter((_, other) => other !== index) })}>✕</button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
