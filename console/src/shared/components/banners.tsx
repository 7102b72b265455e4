/** What must not be overlooked: a lost line, an ended session, blocked sound, standing alarms. */
import { acknowledge, groups, muted, open, shelve, shelves, unmute } from '../alarm';
import { mmss, now, serverNow } from '../clock';
import { lineState, lostSince, retryNow } from '../live';
import { atSeat } from '../seat';
import { wordsOf } from '../api';
import { common } from '../words';
import { toast } from './toast';

const said = (error: unknown): unknown => toast(wordsOf(error), { tone: 'bad' });

export function ConnectionMark() {
  const state = lineState.value;
  const [glyph, word] = {
    connected: ['●', common.connected],
    connecting: ['○', common.connecting],
    lost: ['✕', common.lost],
    'signed-out': ['✕', common.signedOut],
  }[state] as [string, string];
  return (
    <span class="connection" data-state={state}>
      <span aria-hidden="true">{glyph}</span>
      {word}
    </span>
  );
}

export function ConnectionBanner() {
  if (lineState.value === 'signed-out') {
    return (
      <div class="banner alert" role="alert">
        <span class="grow">{common.signedOutSays}</span>
        <a class="button" href={atSeat('/')}>{common.signIn}</a>
      </div>
    );
  }
  const lost = lostSince.value;
  if (lost === null) return null;
  // Reading `now` keeps the time running.
  const passed = now.value > 0 ? (performance.now() - lost) / 1000 : 0;
  return (
    <div class="banner alert">
      <span class="sr" role="alert">{common.lost}</span>
      <span class="grow">⚠ {common.lostSays(mmss(passed))}</span>
      <button type="button" onClick={retryNow}>{common.retry}</button>
    </div>
  );
}

export function AlarmBar() {
  const shown = groups.value.filter((group) => !group.alarms.every((one) => one.onPage));
  return (
    <>
      {muted.value && open.value.length > 0 && (
        <div class="banner alert" role="alert">
          <span class="grow">⚠ {common.mutedSays}</span>
          <button type="button" onClick={unmute}>{common.unmute}</button>
        </div>
      )}
      {shown.length > 0 && (
        <ul class="alarms">
          {shown.map((group) => {
            const first = group.alarms.find((one) => one.owner === null) ?? group.alarms[0]!;
            const waiting = group.alarms.filter((one) => one.owner === null);
            return (
              <li key={group.cause} data-level={waiting.length > 0 ? group.level : 3}>
                <span class="grow">
                  <span aria-hidden="true">{group.level === 1 ? '⚠' : group.level === 2 ? '▲' : 'ℹ︎'} </span>
                  {first.says()}
                  {group.alarms.length > 1 && <b> ×{group.alarms.length}</b>}
                  {first.owner && <span> · {common.has(first.owner.name)}</span>}
                </span>
                {first.go && <button type="button" class="small" onClick={() => first.go?.()}>{common.open}</button>}
                {waiting.length > 0 && (
                  <button type="button" class="small" onClick={() => acknowledge(...waiting.map((one) => one.id))}>
                    {common.acknowledge}
                  </button>
                )}
                {group.level > 1 && (
                  <button type="button" class="small" onClick={() => void shelve(group.cause, 5).catch(said)}>{common.shelve}</button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {shelves.value.map((one) => (
        <div class="banner note" key={`${one.cause} ${one.name} ${one.mine}`}>
          <span class="grow">{common.shelved(one.says(), mmss((one.until - serverNow()) / 1000), one.mine ? '' : one.name)}</span>
          {one.mine && <button type="button" class="small" onClick={() => void one.end().catch(said)}>{common.unshelve}</button>}
        </div>
      ))}
    </>
  );
}
