/** The station page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Station, { title: () => titles.station, needs: 'order.answer' });
