/** `<MapView model={map} label="..." />`: the map of a page. It begins after the first frame, and a page lives without it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { common } from '../words';
import { seatHeaders, type Base, type MapInfo } from './base';
import { addPoint, finish, removePoint, type MapModel } from './model';

const STEP = 40;
let info: Promise<MapInfo> | null = null;

const KEPT = 'jiuhu-map';

/** Without a network the tiles that were seen are still there, if one knows which: the last answer is kept. */
async function askInfo(): Promise<MapInfo> {
  try {
    const answer = await fetch('/api/v1/map', { headers: seatHeaders() });
    if (!answer.ok) throw new Error(`map ${answer.status}`);
    const told = (await answer.json()) as MapInfo;
    localStorage.setItem(KEPT, JSON.stringify(told));
    return told;
  } catch (error) {
    const kept = localStorage.getItem(KEPT);
    if (kept === null) throw error;
    return JSON.parse(kept) as MapInfo;
  }
}

/** What the service says about its map; asked once for each page. */
export function mapInfo(): Promise<MapInfo> {
  info ??= askInfo();
  info.catch(() => {
    info = null;
  });
  return info;
}

async function makeBase(host: HTMLElement, model: MapModel): Promise<Base> {
  const told = mapInfo();
  const libre = await import('./maplibre').catch(() => null);
  if (libre !== null) {
    await Promise.all([told, libre.fetchWorker()]);
    try {
      return await libre.makeLibre(host, model, await told);
    } catch {
      // No WebGL2: its constructor throws.
      host.replaceChildren();
    }
  }
  const { makeLeaflet } = await import('./leaflet');
  return await makeLeaflet(host, model, await told);
}

export function MapView({ model, label }: { model: MapModel; label?: string }) {
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<Base | null>(null);
  const tries = useSignal(0);
  useEffect(() => {
    let ended = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const begin = (): void => {
      if (ended || host.current === null) return;
      makeBase(host.current, model).then(
        (made) => {
          if (ended) made.end();
          else base.current = made;
        },
        () => {
          model.state.value = 'failed';
          waiting = setTimeout(() => tries.value++, 10_000);
        },
      );
    };
    // Lists paint before the map loads.
    const frame = requestAnimationFrame(() => {
      waiting = setTimeout(begin, 0);
    });
    return () => {
      ended = true;
      cancelAnimationFrame(frame);
      clearTimeout(waiting);
      base.current?.end();
      base.current = null;
    };
  }, [model, tries.value]);

  const whole = async (): Promise<void> => {
    const { bounds } = await mapInfo();
    model.look.value = { around: [[bounds[0], bounds[1]], [bounds[2], bounds[3]]], padding: 10 };
  };
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing || event.target !== event.currentTarget) return;
    const act = keyboard(model, base.current)[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const drawing = model.drawing.value;
  return (
    <div class="map" role="application" aria-label={label ?? common.mapSays} tabIndex={0} onKeyDown={press} data-map={model.state.value}>
      <div class="map-canvas" ref={host} />
      <div class="map-tools">
        <button type="button" class="small" aria-label={common.mapIn} onClick={() => base.current?.zoomBy(1)}>+</button>
        <button type="button" class="small" aria-label={common.mapOut} onClick={() => base.current?.zoomBy(-1)}>−</button>
        <button type="button" class="small" onClick={() => void whole()}>{common.mapAll}</button>
      </div>
      {drawing !== null && (
        <div class="map-note row" role="status">
          <span>{drawing.says ?? common.drawing}</span>
          {!drawing.single && (
            <>
              <button type="button" class="small primary" disabled={drawing.points.length < 3} onClick={() => finish(model)}>{common.drawDone}</button>
              <button type="button" class="small" disabled={drawing.points.length === 0} onClick={() => removePoint(model)}>{common.drawBack}</button>
            </>
          )}
          <button type="button" class="small" onClick={() => drawing.cancel()}>{common.cancel}</button>
        </div>
      )}
      {drawing === null && model.state.value === 'failed' && <p class="map-note" role="status">{common.mapFailed}</p>}
      {drawing === null && model.state.value === 'simple' && <p class="map-note">{common.mapSimple}</p>}
    </div>
  );
}

function keyboard(model: MapModel, base: Base | null): Record<string, () => void> {
  if (base === null) return {};
  const moves: Record<string, () => void> = {
    ArrowLeft: () => base.pan(-STEP, 0),
    ArrowRight: () => base.pan(STEP, 0),
    ArrowUp: () => base.pan(0, -STEP),
    ArrowDown: () => base.pan(0, STEP),
    '+': () => base.zoomBy(1),
    '=': () => base.zoomBy(1),
    '-': () => base.zoomBy(-1),
  };
  if (model.drawing.peek() === null) return moves;
  return {
    ...moves,
    ' ': () => addPoint(model, base.centre()),
    Backspace: () => removePoint(model),
    Enter: () => finish(model),
    Escape: () => model.drawing.peek()?.cancel(),
  };
}
