/** The station's units: whether each can be sent, why not, who is aboard, and what the station may change. */
import type { Reason } from '../shared/api';
import { Button, StatusGlyph } from '../shared/components';
import { shortTime } from '../shared/i18n';
import { statusOf } from '../shared/status';
import type { Unit } from '../shared/store';
import { word } from '../shared/wording';
import { open, resume } from './dialogs';
import { People } from './people';
import { ownUnits } from './state';
import { coded, t } from './texts';

function because(reason: Reason): string {
  const args = reason.args ?? {};
  const roles = String(args.roles ?? '').split(', ').filter(Boolean).map(word).join(' · ');
  const state = args.state === undefined ? '' : word(String(args.state));
  return [coded('is', reason.code), roles || state || args.why].filter(Boolean).join(reason.code === 'crew-missing' ? ' ' : t.colon);
}

function UnitCard({ unit }: { unit: Unit }) {
  const paused = unit.reasons.some((reason) => reason.code === 'paused');
  const state = unit.assignment_state === null ? undefined : word(unit.assignment_state);
  return (
    <li class="panel unit" data-unit={unit.id} data-availability={unit.availability}>
      <div class="row">
        <strong class="call-sign">{unit.call_sign}</strong>
        <StatusGlyph status={statusOf(unit)} {...(state !== undefined && { text: state })} />
        <span class="grow" />
        <span class="badge">{t[unit.availability]}</span>
      </div>
      <p class="quiet">
        {coded('kind', unit.kind)} · {unit.plate}
      </p>
      {unit.reasons.map((reason) => (
        <p key={reason.code} class="because">
          {because(reason)}
          {unit.available_at !== null && reason.code !== 'on-assignment' && ` · ${t.untilTime(shortTime(unit.available_at))}`}
        </p>
      ))}
      <p><People crew={unit.crew} /></p>
      <div class="row unit-actions">
        <Button onPress={() => open({ form: 'crew', unit: unit.id })} aria-label={`${t.nameCrew} ${unit.call_sign}`}>{t.nameCrew}</Button>
        {paused ? (
          <Button onPress={() => resume(unit)} aria-label={`${t.resume} ${unit.call_sign}`}>{t.resume}</Button>
        ) : (
          <Button onPress={() => open({ form: 'pause', unit: unit.id })} aria-label={`${t.pause} ${unit.call_sign}`}>{t.pause}</Button>
        )}
        <Button onPress={() => open({ form: 'duty', unit: unit.id })} aria-label={`${t.duty} ${unit.call_sign}`}>{t.duty}</Button>
      </div>
    </li>
  );
}

export function Units() {
  return (
    <section class="column" aria-labelledby="units">
      <h2 id="units">{t.units}</h2>
      {ownUnits.value.length === 0 && <p class="quiet">{t.noUnits}</p>}
      <ul class="unit-cards">{ownUnits.value.map((unit) => <UnitCard key={unit.id} unit={unit} />)}</ul>
    </section>
  );
}
