/** The crew page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Crew, { title: () => titles.crew, needs: 'assignment.report', offline: true });
