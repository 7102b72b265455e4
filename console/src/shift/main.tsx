/** The shift leader page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Shift, { title: () => titles.shift, needs: 'report.read' });
