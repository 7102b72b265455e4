/** The dispatch console page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Console, { title: () => titles.console, needs: 'incident.work' });
