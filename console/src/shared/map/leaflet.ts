/** The base map with Leaflet, where a machine has no WebGL2: main roads as lines, everything else as on the other map. */
import { effect } from '@preact/signals';
import * as L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { language } from '../i18n';
import { mark } from '../perf';
import { paint, theme } from '../theme';
import { AREA_LOOK, LINE_LOOK, seatHeaders, type Base, type MapInfo } from './base';
import { boxOf, type LonLat, type MapModel } from './model';
import { Overlay } from './overlay';
import { choose } from './pick';

const WIDTHS: Record<string, number> = { motorway: 2.5, trunk: 2.2, primary: 1.8, secondary: 1 };

export async function makeLeaflet(host: HTMLElement, model: MapModel, info: MapInfo): Promise<Base> {
  const map = L.map(host, {
    preferCanvas: true, renderer: L.canvas({ padding: 0.2 }), zoomControl: false, attributionControl: false, keyboard: false,
    center: [info.centre[1], info.centre[0]], zoom: 10, minZoom: 7, maxZoom: 18, zoomAnimation: false, fadeAnimation: false,
  });
  const roads = L.geoJSON(undefined, { interactive: false, style: roadStyle }).addTo(map);
  const things = L.layerGroup().addTo(map);
  const overlay = new Overlay(host, model, (lon, lat) => {
    const at = map.latLngToContainerPoint([lat, lon]);
    return [at.x, at.y];
  });
  overlay.canvas.style.zIndex = '650';
  const size = (): void => overlay.resize(host.clientWidth, host.clientHeight);
  size();
  model.zoom.value = map.getZoom();
  map.on('resize', size);
  map.on('move zoom viewreset', () => {
    model.zoom.value = map.getZoom();
    overlay.wake();
  });
  map.on('click', (event) => choose(model, overlay, event.containerPoint.x, event.containerPoint.y, [event.latlng.lng, event.latlng.lat]));

  const attribution = L.control.attribution({ prefix: false }).addTo(map);
  let credit = '';
  const stops = [
    effect(() => {
      void theme.value;
      roads.setStyle(roadStyle);
      things.clearLayers();
      for (const area of model.areas.value) {
        const look = AREA_LOOK[area.kind];
        L.polygon(area.polygons.map((polygon) => polygon.map((ring) => ring.map(leafy))), {
          color: paint(look.colour), weight: area.selected ? 3 : 1.5, fillOpacity: look.fill, interactive: false,
          ...(look.dash && { dashArray: look.dash.map((part) => part * 3).join(' ') }),
        }).addTo(things);
      }
      for (const line of model.lines.value) {
        const look = LINE_LOOK[line.kind];
        L.polyline(line.line.map(leafy), {
          color: paint(look.colour), weight: look.width, interactive: false,
          ...(look.dash && { dashArray: look.dash.map((part) => part * 4).join(' ') }),
        }).addTo(things);
      }
    }),
    effect(() => {
      const text = language.value === 'en' ? info.attribution_en : info.attribution_zh;
      attribution.removeAttribution(credit).addAttribution(text);
      credit = text;
    }),
    effect(() => {
      const look = model.look.value;
      if (look === null) return;
      if ('centre' in look) map.setView([look.centre[1], look.centre[0]], look.zoom, { animate: false });
      else if (look.around.length > 0) {
        const [west, south, east, north] = boxOf(look.around);
        const padding = look.padding ?? 60;
        map.fitBounds([[south, west], [north, east]], { padding: [padding, padding], maxZoom: 15, animate: false });
      }
    }),
  ];
  model.state.value = 'simple';
  mark('map');
  void mainRoads().then((found) => found && roads.addData(found), () => undefined);
  return {
    pan: (x, y) => map.panBy([x, y], { animate: false }),
    zoomBy: (steps) => map.setZoom(map.getZoom() + steps),
    centre: () => {
      const at = map.getCenter();
      return [at.lng, at.lat];
    },
    end: () => {
      for (const stop of stops) stop();
      overlay.end();
      map.remove();
    },
  };
}

async function mainRoads(): Promise<GeoJSON.GeoJsonObject | null> {
  const answer = await fetch('/api/v1/map/roads', { headers: seatHeaders() });
  return answer.ok ? ((await answer.json()) as GeoJSON.GeoJsonObject) : null;
}

function roadStyle(feature?: GeoJSON.Feature): L.PathOptions {
  const kind = String((feature?.properties as { class?: string } | null)?.class ?? '');
  return { color: paint(kind === 'secondary' ? 'road-secondary' : 'road-primary'), weight: WIDTHS[kind] ?? 1 };
}

function leafy([lon, lat]: LonLat): L.LatLngTuple {
  return [lat, lon];
}
