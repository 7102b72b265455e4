/** From here to the console, which a shift leader uses as the same seat. */
import { atSeat } from '../shared/seat';
import { select } from '../shared/selection';
import { incidents } from '../shared/store';
import { t } from './texts';

const WINDOW = 'jiuhu-console';

export function ConsoleLink() {
  return <a class="button no-print" href={atSeat('/console')} target={WINDOW}>{t.console}</a>;
}

/** Choose the incident in every window of this seat, and bring its console to the front; open one where there is none. */
export function showInConsole(id: string | null): void {
  select({ incident: id });
  const found = window.open('', WINDOW);
  if (found === null) return;
  if (found.location.pathname !== '/console') found.location.href = atSeat(id === null ? '/console' : `/console?incident=${id}`);
  found.focus();
}

export function IncidentLink({ id, code }: { id: string | null; code: string | null }) {
  if (id === null) return <>–</>;
  const text = code ?? incidents.get(id)?.code ?? id.slice(0, 8);
  return <button type="button" class="small plain link" onClick={() => showInConsole(id)}>{text}</button>;
}
